// Notifications to everyone, stored once, and each user's own state of them.
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { BroadcastKey, Broadcasts, Clock } from '../domain/deps.ts';
import type { Table } from './clients.ts';
import { BROADCAST, broadcastKey, broadcastStateKey, isAlive, NOTIFICATION_PREFIX } from './keys.ts';
import { getRow, putOnce, rowsAfter, toRow } from './stored-rows.ts';

export function broadcasts(table: Table, clock: Clock): Broadcasts {
  return {
    /** Without an unread key: read state is each user's own, and the row must not stand in the unread index. */
    put: (item, ttlSeconds) => putOnce(table, toRow(BROADCAST, { ...item, unread_key: undefined }, ttlSeconds)),
    async get(id) {
      const item = await getRow(table, broadcastKey(id), clock);
      return item && { ...item, unread_key: item.id };
    },
    async newerThan(afterId, limit) {
      const { items, more } = await rowsAfter(table, BROADCAST, afterId, limit, clock);
      return { items: items.map((item) => ({ ...item, unread_key: item.id })), more };
    },
    async keysNewerThan(afterId) {
      const keys: BroadcastKey[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const page = await table.client.send(
          new QueryCommand({
            TableName: table.name,
            KeyConditionExpression: 'pk = :pk AND sk > :after',
            ExpressionAttributeValues: { ':pk': BROADCAST, ':after': `${NOTIFICATION_PREFIX}${afterId}` },
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ProjectionExpression: 'sk, expires_at, #ttl',
            ConsistentRead: true,
            ExclusiveStartKey: from,
          }),
        );
        for (const row of page.Items ?? []) {
          if (isAlive(row, clock.now())) keys.push({ id: row.sk.slice(NOTIFICATION_PREFIX.length), expires_at: row.expires_at });
        }
        from = page.LastEvaluatedKey;
      } while (from);
      return keys;
    },
    async setState(userId, { id, ...state }, ttlSeconds) {
      await table.client.send(
        new PutCommand({ TableName: table.name, Item: { ...broadcastStateKey(userId, id), ...state, ttl: ttlSeconds } }),
      );
    },
  };
}
