// One leader among the tabs of a user: whoever holds a Web Lock opens the socket, a BroadcastChannel carries the rest.
import type { Platform } from './platform.ts';

export interface TabHandlers {
  /** This tab holds the lock now. */
  onLead(): void;
  /** Another tab took the lock from this one. */
  onDethroned(): void;
  /** The browser refuses locks here (a sandboxed frame, for instance). */
  onAlone(): void;
  onMessage(message: any): void;
}
export interface TabLink {
  post(message: unknown): void;
  /** Takes the lock from a leader that does not answer. */
  takeOver(): void;
  leave(): void;
}

/** Only for a platform that has both locks and channels. */
export function joinTabs({ locks, openChannel }: Platform, name: string, on: TabHandlers): TabLink {
  const channel = openChannel!(name, on.onMessage);
  let release: (() => void) | undefined;
  let waiting: AbortController | undefined;
  let isTaking = false;
  let isLeft = false;

  const request = (steal: boolean) => {
    waiting?.abort();
    const mine = new AbortController();
    waiting = mine;
    let isHeld = false;
    const hold = () => {
      isHeld = true;
      isTaking = false;
      waiting = undefined;
      if (isLeft) return Promise.resolve();
      return new Promise<void>((resolve) => {
        release = resolve;
        on.onLead();
      });
    };
    // A request that steals can't be aborted, and needs no waiting.
    locks!.request(name, steal ? { steal } : { signal: mine.signal }, hold).then(
      () => undefined,
      () => {
        isTaking = false;
        if (isLeft || mine.signal.aborted) return;
        if (!isHeld) return on.onAlone();
        release = undefined;
        on.onDethroned();
        request(false);
      },
    );
  };
  request(false);
  return {
    post(message) {
      if (!isLeft) channel.post(message);
    },
    takeOver() {
      if (release || isTaking || isLeft) return;
      isTaking = true;
      request(true);
    },
    leave() {
      isLeft = true;
      waiting?.abort();
      release?.();
      channel.close();
    },
  };
}
