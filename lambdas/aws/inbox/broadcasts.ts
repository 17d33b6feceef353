// Notifications to everyone, stored once.
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { BroadcastKey, Broadcasts } from '../../domain/inbox/ports.ts';
import type { Clock } from '../../domain/model/ports.ts';
import type { Table } from '../clients.ts';
import { BROADCAST, broadcastKey, isAlive, NOTIFICATION_PREFIX, UNREAD_INDEX } from '../keys.ts';
import { getRow, putOnce, refiledRow, rowsAfter, toRow } from './stored-rows.ts';

export function broadcasts(table: Table, clock: Clock): Broadcasts {
  return {
    put: (item, ttlSeconds) => putOnce(table, toRow(BROADCAST, item, ttlSeconds)),
    refile: (id, filedAtMs, ttlSeconds) => putOnce(table, refiledRow(BROADCAST, id, filedAtMs, ttlSeconds)),
    get: (id) => getRow(table, broadcastKey(id), clock),
    newerThan: (afterId, limit) => rowsAfter(table, BROADCAST, afterId, limit, clock),
    // By the index: a broadcast's row stands in it with its own id, so that ids can be listed without titles and payloads.
    async keysNewerThan(afterId) {
      const keys: BroadcastKey[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const page = await table.client.send(
          new QueryCommand({
            TableName: table.name,
            IndexName: UNREAD_INDEX,
            KeyConditionExpression: 'pk = :pk AND unread_key > :after',
            ExpressionAttributeValues: { ':pk': BROADCAST, ':after': afterId || '0' },
            ConsistentRead: true,
            ExclusiveStartKey: from,
          }),
        );
        for (const row of page.Items ?? []) {
          if (isAlive(row, clock.now()))
            keys.push({ id: row.sk.slice(NOTIFICATION_PREFIX.length), expires_at: row.expires_at });
        }
        from = page.LastEvaluatedKey;
      } while (from);
      return keys;
    },
  };
}
