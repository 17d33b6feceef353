// Reports to the server whether a person is at the page: of all tabs that share the socket, each change once.

interface Parts {
  isLeading(): boolean;
  tabs(): { isAnyActive(): boolean; hello(): void } | undefined;
  send(frame: object): boolean;
}

/** Reports each change, and the state at once; returns the way to end it. */
export type Watch = (report: (isActive: boolean) => void) => () => void;

/** In no bundle that does not use it: a page passes it in as `presence`. */
export const reporterOf = (watch: Watch) => (parts: Parts) => createPresence(watch, parts);
export type PresenceReporter = ReturnType<typeof reporterOf>;

function createPresence(watch: Watch, { isLeading, tabs, send }: Parts) {
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
      end = watch((isActive) => {
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
