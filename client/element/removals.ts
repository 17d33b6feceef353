// What the user removed or cleared a moment ago and can still take back.
import type { Notification, NotificationsClient } from '../core/notifications-client.ts';

export const UNDO_MS = 5_000;

export interface Removal {
  /** The removed notification, or undefined for "clear all". */
  notification?: Notification;
  /** It comes back by itself. */
  isSnoozed?: boolean;
  /** Of "clear all": how many, if that is known. */
  count?: number;
  /** Height of the row it replaces, so that nothing below it moves. */
  heightPx?: number;
  dueMs: number;
  undo(): void;
}

export interface Removals {
  /** Oldest first. */
  readonly pending: readonly Removal[];
  remove(client: NotificationsClient, notification: Notification, heightPx?: number): void;
  snooze(client: NotificationsClient, notification: Notification, until: Date, heightPx?: number): void;
  clear(client: NotificationsClient, count?: number): void;
  undoLast(): void;
  forget(): void;
}

export function removals(onChange: () => void): Removals {
  let pending: Removal[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const changed = () => {
    clearTimeout(timer);
    if (pending.length > 0) timer = setTimeout(expire, pending[0]!.dueMs - Date.now());
    onChange();
  };
  const expire = () => {
    pending = pending.filter(({ dueMs }) => dueMs > Date.now());
    changed();
  };
  const add = (about: Partial<Removal>, start: (signal: AbortSignal) => void) => {
    const abort = new AbortController();
    const removal: Removal = {
      ...about,
      dueMs: Date.now() + UNDO_MS,
      undo() {
        pending = pending.filter((other) => other !== removal);
        abort.abort();
        changed();
      },
    };
    pending = [...pending, removal];
    start(abort.signal);
    changed();
  };

  return {
    get pending() {
      return pending;
    },
    // The client reports a failure by its `error` event.
    remove(client, notification, heightPx) {
      add({ notification, heightPx }, (signal) => void client.remove(notification.id, { delayMs: UNDO_MS, signal }));
    },
    snooze(client, notification, until, heightPx) {
      add(
        { notification, heightPx, isSnoozed: true },
        (signal) => void client.snooze(notification.id, until, { delayMs: UNDO_MS, signal }),
      );
    },
    clear(client, count) {
      add({ count }, (signal) => void client.clear({ delayMs: UNDO_MS, signal }));
    },
    undoLast: () => pending.at(-1)?.undo(),
    forget() {
      clearTimeout(timer);
      pending = [];
    },
  };
}
