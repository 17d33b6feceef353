// Which rows the list shows: by tab, with what was just removed in its place, and unmoved while someone reads.
import type { Notification } from '../core/notifications-client.ts';

export type Tab = 'all' | 'unread';

export interface Row {
  notification: Notification;
  /** Removed here or elsewhere: its place is kept, without the notification. */
  isGone: boolean;
}
export interface Rows {
  rows: readonly Row[];
  /** Arrived above the list while it is held. */
  above: number;
}

export interface RowList {
  readonly tab: Tab;
  show(tab: Tab): void;
  /** While held, nothing is added above and nothing closes up: no row moves under the pointer. */
  hold(isHeld: boolean): void;
  /** Shows the notifications that wait above. */
  release(): void;
  rows(notifications: readonly Notification[], removed: readonly Notification[]): Rows;
}

export function rowList(): RowList {
  let tab: Tab = 'all';
  /** What "Unread" has shown stays there after it is read, until the tab is opened again. */
  let kept = new Set<string>();
  let shown: readonly Row[] = [];
  let held: readonly Row[] | undefined;

  return {
    get tab() {
      return tab;
    },
    show(next) {
      tab = next;
      kept = new Set();
      held = undefined;
    },
    hold(isHeld) {
      held = isHeld ? (held ?? shown) : undefined;
    },
    release() {
      held = held && [];
    },
    rows(notifications, removed) {
      const present = new Set(notifications.map(({ id }) => id));
      const gone = removed.filter(({ id }) => !present.has(id));
      let rows = [
        ...notifications.map((notification) => ({ notification, isGone: false })),
        ...gone.map((notification) => ({ notification, isGone: true })),
      ].sort((a, b) => (a.notification.id < b.notification.id ? 1 : -1));
      if (tab === 'unread') {
        for (const { notification } of rows) if (!notification.is_read) kept.add(notification.id);
        rows = rows.filter(({ notification }) => kept.has(notification.id));
      }
      let above = 0;
      if (held?.length) {
        const byId = new Map(rows.map((row) => [row.notification.id, row]));
        const last = held.at(-1)!.notification.id;
        const ids = new Set(held.map(({ notification }) => notification.id));
        above = rows.filter(({ notification: { id } }) => id > last && !ids.has(id)).length;
        rows = [
          ...held.map((row) => byId.get(row.notification.id) ?? { ...row, isGone: true }),
          ...rows.filter(({ notification: { id } }) => id < last),
        ];
      }
      shown = rows;
      if (held) held = rows;
      return { rows, above };
    },
  };
}
