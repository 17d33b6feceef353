// Notifications to everyone, stored once.

import type { BroadcastKey, Broadcasts } from '../../domain/inbox/ports.ts';
import type { Clock } from '../../domain/model/ports.ts';
import type { Table } from '../clients.ts';
import { isApplied } from '../conditional.ts';
import { BROADCAST, broadcastKey, broadcastNameKey, isAlive, NOTIFICATION_PREFIX, UNREAD_INDEX } from '../keys.ts';
import { queryPages } from '../query-pages.ts';
import { GetCommand, PutCommand, UpdateCommand } from '../table-commands.ts';
import { updateOf } from './inbox.ts';
import { getRow, putOnce, refiledRow, rowsAfter, toRow } from './stored-rows.ts';

export function broadcasts(table: Table, clock: Clock): Broadcasts {
  return {
    put: (item, ttlSeconds) => {
      const unread_key = item.unread_key && canaryKey(item.unread_key, item.canary_percent);
      return putOnce(table, toRow(BROADCAST, { ...item, ...(unread_key && { unread_key }) }, ttlSeconds));
    },
    refile: (id, filedAtMs, ttlSeconds) => putOnce(table, refiledRow(BROADCAST, id, filedAtMs, ttlSeconds)),
    async get(id) {
      const item = await getRow(table, broadcastKey(id), clock);
      return item?.unread_key === undefined ? item : { ...item, unread_key: id };
    },
    newerThan: (afterId, limit) => rowsAfter(table, BROADCAST, afterId, limit, clock),
    // By the index: a broadcast's row is in it under its own id, so that ids can be listed without titles and
    // payloads.
    async keysNewerThan(afterId) {
      const keys: BroadcastKey[] = [];
      const pages = queryPages(table, {
        IndexName: UNREAD_INDEX,
        KeyConditionExpression: 'pk = :pk AND unread_key > :after',
        ExpressionAttributeValues: { ':pk': BROADCAST, ':after': afterId || '0' },
        ConsistentRead: true,
      });
      for await (const rows of pages) {
        for (const row of rows) {
          if (!isAlive(row, clock.now())) continue;
          const percent = canaryPercentOf(row.unread_key);
          keys.push({
            id: row.sk.slice(NOTIFICATION_PREFIX.length),
            expires_at: row.expires_at,
            ...(percent !== undefined && { canary_percent: percent }),
          });
        }
      }
      return keys;
    },

    async update(id, changes) {
      const percent = changes.canary_percent;
      // The index has keys only, so the key carries the share of users.
      const unread_key = changes.unread_key && canaryKey(changes.unread_key, percent);
      const all = { ...changes, ...('unread_key' in changes && { unread_key }) };
      await isApplied(
        table.client.send(new UpdateCommand({ TableName: table.name, Key: broadcastKey(id), ...updateOf(all) })),
      );
    },

    async nameRequest(requestId, id, ttlSeconds) {
      await table.client.send(
        new PutCommand({ TableName: table.name, Item: { ...broadcastNameKey(requestId), id, ttl: ttlSeconds } }),
      );
    },

    async ofRequest(requestId) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: broadcastNameKey(requestId), ConsistentRead: true }),
      );
      return Item && isAlive(Item, clock.now()) ? Item.id : undefined;
    },
  };
}

const CANARY = '~';
const canaryKey = (id: string, percent: number | undefined): string =>
  percent === undefined ? id : `${id}${CANARY}${percent}`;
function canaryPercentOf(unreadKey: string): number | undefined {
  const [, percent] = unreadKey.split(CANARY);
  return percent === undefined ? undefined : Number(percent);
}
