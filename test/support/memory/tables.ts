// Rows that several rooms share, and the notifications with their index of what is unread.
import type { UserState } from '../../../lambdas/domain/inbox/ports.ts';
import type { Refiled } from '../../../lambdas/domain/model/filing.ts';
import type { StoredNotification } from '../../../lambdas/domain/model/stored-notification.ts';
import type { Memory } from './memory.ts';
import type { Rows } from './rows.ts';

/** What the user never changed is absent. */
export type StateRow = Partial<UserState> & { version: number };
/** With `filed_at_ms`: no notification, an id that a late request gave up. */
export type NotificationRow = StoredNotification & Partial<Refiled> & { ttlSeconds: number };

/** By unread key: which row it is of. A user's states of broadcasts are in it too. */
export interface UnreadRow {
  id: string;
  isBroadcastState: boolean;
}

/** The partition of the notifications to everyone; no user id contains `#`. */
export const EVERYONES = '#everyone';

export interface NotificationTable {
  rows: Rows<NotificationRow>;
  unread: Rows<UnreadRow>;
  /** Writes the row and its place in the index, as one write. */
  set(partition: string, row: NotificationRow): void;
}

export function notificationTable({ table }: Memory): NotificationTable {
  const rows = table<NotificationRow>('notifications');
  const unread = table<UnreadRow>('unread');
  return {
    rows,
    unread,
    set(partition, row) {
      const before = rows.get(partition, row.id);
      rows.set(partition, row.id, row);
      moveInIndex(unread, partition, before?.unread_key, row.unread_key, { id: row.id, isBroadcastState: false });
    },
  };
}

export function moveInIndex(
  unread: Rows<UnreadRow>,
  partition: string,
  from: string | undefined,
  to: string | undefined,
  row: UnreadRow,
): void {
  if (from === to) return;
  if (from !== undefined) unread.set(partition, from, undefined);
  if (to !== undefined) unread.set(partition, to, row);
}

/** Made once a row: rows do not change, and neither may what is given out. */
const bare = new WeakMap<object, object>();

export function withoutTtl<Row extends { ttlSeconds: number }>(row: Row): Omit<Row, 'ttlSeconds'> {
  let found = bare.get(row) as Omit<Row, 'ttlSeconds'> | undefined;
  if (!found) {
    const { ttlSeconds: _, ...rest } = row;
    found = Object.freeze(rest);
    bare.set(row, found);
  }
  return found;
}
