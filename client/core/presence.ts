// What the server is told of the person at the page: of all tabs that share the socket, each change once.
import type { PresenceWatch } from './notifications-client.ts';
import type { Tabs } from './tabs.ts';

interface Parts {
  isLeading(): boolean;
  tabs(): Tabs | undefined;
  send(frame: object): boolean;
}

export function createPresence(watch: PresenceWatch | undefined, { isLeading, tabs, send }: Parts) {
  let end: (() => void) | undefined;
  let isHere = false;
  /** What the socket that serves was told. A connection counts as idle until it says otherwise. */
  let wasActive = false;

  function tell(): void {
    const isActive = isHere || !!tabs()?.isAnyActive();
    if (!isLeading()) tabs()?.hello();
    else if (isActive !== wasActive && send({ action: 'presence', state: isActive ? 'active' : 'idle' }))
      wasActive = isActive;
  }

  return {
    tell,
    isHere: () => isHere,
    /** A socket has taken over. */
    tellAgain(): void {
      wasActive = false;
      tell();
    },
    start(): void {
      end = watch?.((isActive) => {
        isHere = isActive;
        tell();
      });
    },
    stop(): void {
      end?.();
      isHere = false;
    },
  };
}
