// One holder of a Web Lock among the tabs of a browser: the others wait for it, or take it from one that is frozen.
import type { Locks } from './platform.ts';

export interface LockHandlers {
  onHeld(): void;
  onStolen(): void;
  /** The browser has locks and gives none here: in a sandboxed frame, for instance. */
  onRefused(): void;
}

export function holdLock(locks: Locks, name: string, on: LockHandlers) {
  let release: (() => void) | undefined;
  let waiting = new AbortController();
  let isStealing = false;
  let isLeft = false;

  function request(steal: boolean): void {
    waiting.abort();
    const mine = new AbortController();
    waiting = mine;
    let isHeld = false;
    const hold = () =>
      new Promise<void>((resolve) => {
        isHeld = true;
        isStealing = false;
        if (isLeft) return resolve();
        release = resolve;
        on.onHeld();
      });
    // A request that steals can't be aborted, and doesn't wait.
    locks.request(name, steal ? { steal } : { signal: mine.signal }, hold).catch(() => {
      isStealing = false;
      if (isLeft || (!isHeld && mine.signal.aborted)) return;
      if (!isHeld) return on.onRefused();
      release = undefined;
      on.onStolen();
      request(false);
    });
  }
  request(false);

  return {
    /** From a holder that does not answer. */
    steal(): void {
      if (release || isStealing || isLeft) return;
      isStealing = true;
      request(true);
    },
    leave(): void {
      isLeft = true;
      waiting.abort();
      release?.();
    },
  };
}
