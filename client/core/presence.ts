// Reports to the server whether a person is at the page: of all tabs that share the socket, each change once, and that
// somebody is there every few minutes, so that a machine that sleeps does not count for long.
import { createReports } from './id-reports.ts';
import type { Platform } from './platform.ts';

/** Our choice: the server counts a report for five minutes (PRESENCE_MAX_AGE_SECONDS). */
const RENEW_MS = 4 * 60_000;

interface Parts {
  platform: Platform;
  isLeading(): boolean;
  tabs(): { isAnyActive(): boolean; hello(): void } | undefined;
  send(frame: object): boolean;
}

/** Reports each change, and the state at once; returns the way to end it. */
export type Watch = (report: (isActive: boolean) => void) => () => void;

/** In no bundle that does not use it: a page passes it in as `presence`. */
export const reporterOf = (watch: Watch) => (parts: Parts) => createPresence(watch, parts);
export type PresenceReporter = ReturnType<typeof reporterOf>;

function createPresence(watch: Watch, { platform, isLeading, tabs, send }: Parts) {
  let end: (() => void) | undefined;
  let isHere = false;
  /** What the socket that serves was told; undefined: nothing yet. */
  let wasActive: boolean | undefined;
  let cancelRenewal = () => {};
  const shown = createReports(platform, 'shown', send);

  function tell(): void {
    const isActive = isHere || !!tabs()?.isAnyActive();
    if (!isLeading()) tabs()?.hello();
    else if (isActive !== wasActive && send({ action: 'presence', state: isActive ? 'active' : 'idle' })) {
      wasActive = isActive;
      cancelRenewal();
      if (isActive) cancelRenewal = platform.setTimer(tellAgain, RENEW_MS);
    }
  }

  function tellAgain(): void {
    wasActive = undefined;
    tell();
  }

  return {
    tell,
    isHere: () => isHere,
    /** The server asks whether a person has this on screen. */
    confirm(id: string): void {
      if (wasActive) shown.note([id]);
    },
    /** A socket has taken over. */
    tellAgain,
    start(): void {
      end = watch((isActive) => {
        isHere = isActive;
        tell();
      });
    },
    stop(): void {
      end?.();
      cancelRenewal();
      shown.forget();
      isHere = false;
    },
  };
}
