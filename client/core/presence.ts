// Reports to the server whether a person is at the page: of all tabs that share the socket, each change once, and that
// somebody is there every few minutes, so that a machine that sleeps does not count for long.
import type { Notification } from '../../protocol/notification.ts';
import type { Platform } from './platform.ts';

/** Our choice: the server counts a report for five minutes (PRESENCE_MAX_AGE_SECONDS). */
const RENEW_MS = 4 * 60_000;
/** Our choices: what is shown within this goes into one frame; what is beyond alerts elsewhere, too. */
const GATHER_MS = 200;
const IDS_PER_FRAME = 100;
/** Our choice: those of the last seconds are what matters. */
const SILENT_MAX = 200;

interface AlertFrame {
  notification?: Notification;
  alert?: boolean;
  confirm_shown?: boolean;
}

interface Parts {
  platform: Platform;
  emit(name: 'alert', detail: { notification: Notification }): void;
  isLeading(): boolean;
  tabs(): { isAnyActive(): boolean; hello(): void } | undefined;
  send(frame: object): boolean;
}

/** Reports each change, and the state at once; returns the way to end it. */
export type Watch = (report: (isActive: boolean) => void) => () => void;

/** In no bundle that does not use it: a page passes it in as `presence`. */
export const reporterOf = (watch: Watch) => (parts: Parts) => createPresence(watch, parts);
export type PresenceReporter = ReturnType<typeof reporterOf>;

function createPresence(watch: Watch, { platform, emit, isLeading, tabs, send }: Parts) {
  let end: (() => void) | undefined;
  let isHere = false;
  /** What was last reported on the open socket; undefined: nothing yet. */
  let wasActive: boolean | undefined;
  let cancelRenewal = () => {};
  const shown: string[] = [];
  /** Ids of what came without a sound. */
  const silent = new Set<string>();

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
    /** A frame that brings a notification, once the client has it. */
    take({ notification, alert, confirm_shown: asks }: AlertFrame): void {
      if (!notification || alert === undefined) return;
      const { id, is_read: isRead } = notification;
      if (!alert) silent.add(id);
      else if (silent.delete(id) && !isRead) emit('alert', { notification });
      if (silent.size > SILENT_MAX) silent.delete(silent.values().next().value!);
      if (!asks || !wasActive || shown.length === IDS_PER_FRAME || shown.push(id) > 1) return;
      platform.setTimer(() => send({ action: 'shown', notification_ids: shown.splice(0) }), GATHER_MS);
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
      isHere = false;
    },
  };
}
