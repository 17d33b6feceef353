// Memory port `history` of the room `inbox`: walks through notifications, newest first, one page a call.
import type { History, IdRange, Slice } from '../../../lambdas/domain/inbox/ports.ts';
import type { StoredNotification } from '../../../lambdas/domain/model/stored-notification.ts';
import { AGAIN_SIGN } from '../../../lambdas/domain/model/watermark.ts';
import { isShown, type Memory } from './memory.ts';
import { EVERYONES, type NotificationRow, type NotificationTable, withoutTtl } from './tables.ts';

export function memoryHistory({ call, clock }: Memory, table: NotificationTable): History {
  const shown = (row: NotificationRow | undefined): StoredNotification[] =>
    row && isShown(row, clock.now()) ? [withoutTtl(row)] : [];

  const slice = (partition: string, range: IdRange, limit: number): Slice<StoredNotification> => {
    const { rows, hasMore } = table.rows.range(partition, { ...range, limit, isDescending: true });
    const last = rows.at(-1);
    return { items: rows.flatMap(([, row]) => shown(row)), ...(hasMore && last && { lookedDownTo: last[0] }) };
  };
  const newest = (partition: string) => table.rows.range(partition, { limit: 1, isDescending: true }).rows[0]?.[0];

  return {
    own: (userId, range, limit) => call('history.own', () => slice(userId, range, limit)),
    everyones: (range, limit) => call('history.everyones', () => slice(EVERYONES, range, limit)),
    neverRead: (userId, { after, before }, limit) =>
      call('history.neverRead', () => {
        const end = before < AGAIN_SIGN ? before : AGAIN_SIGN;
        const { rows, hasMore } = table.unread.range(userId, { after, before: end, limit, isDescending: true });
        const last = rows.at(-1);
        return {
          items: rows.filter(([, { id }]) => shown(table.rows.get(userId, id)).length > 0).map(([, { id }]) => id),
          ...(hasMore && last && { lookedDownTo: last[0] }),
        };
      }),
    newestUnreadAgain: (userId) =>
      call('history.newestUnreadAgain', () => {
        const [newestKey] = table.unread.range(userId, { after: AGAIN_SIGN, limit: 1, isDescending: true }).rows;
        return newestKey?.[0];
      }),
    newestOwn: (userId) => call('history.newestOwn', () => newest(userId)),
    newestOfEveryones: () => call('history.newestOfEveryones', () => newest(EVERYONES)),
    many: (userId, ownIds, broadcastIds) =>
      call('history.many', () => [
        ...ownIds.flatMap((id) => shown(table.rows.get(userId, id))),
        ...broadcastIds.flatMap((id) => shown(table.rows.get(EVERYONES, id))),
      ]),
    broadcast: (id) =>
      call('history.broadcast', () => {
        const row = table.rows.get(EVERYONES, id);
        return row && isShown(row, clock.now()) ? { item: withoutTtl(row), ttlSeconds: row.ttlSeconds } : undefined;
      }),
  };
}
