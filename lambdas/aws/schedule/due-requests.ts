// Parked requests by the hour they are due in, for the sweep: one small row each, beside the request itself.

import type { DueEntry, DueRequests } from '../../domain/schedule/ports.ts';
import type { Table } from '../clients.ts';
import { isApplied } from '../conditional.ts';
import { SWEEP_KEY } from '../keys.ts';
import { queryPages } from '../query-pages.ts';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '../table-commands.ts';
import { dueKey, duePartitions } from './request-rows.ts';

export function dueRequests(table: Table): DueRequests {
  return {
    async inHour(hourMs, limit) {
      const partitions = await Promise.all(duePartitions(hourMs).map((pk) => entriesOf(table, pk, limit)));
      return partitions
        .flat()
        .sort((a, b) => a.deliver_at_ms - b.deliver_at_ms)
        .slice(0, limit);
    },
    async note({ key, ...entry }, ttlSeconds) {
      const row = { ...dueKey(key, entry.deliver_at_ms), ...key, ...entry, ttl: ttlSeconds };
      await table.client.send(new PutCommand({ TableName: table.name, Item: row }));
    },
    async forget({ key, deliver_at_ms: deliverAtMs }) {
      await table.client.send(new DeleteCommand({ TableName: table.name, Key: dueKey(key, deliverAtMs) }));
    },
    async noteWoken({ key, deliver_at_ms: deliverAtMs }, woken, atMs) {
      // Not applied: it was delivered meanwhile, and there is nothing left to wake.
      await isApplied(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: dueKey(key, deliverAtMs),
            UpdateExpression: 'SET woken = :woken, woken_at_ms = :at',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':woken': woken, ':at': atMs },
          }),
        ),
      );
    },
    async sweptToMs() {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: SWEEP_KEY, ConsistentRead: true }),
      );
      return Item?.swept_to_ms;
    },
    async setSweptToMs(atMs) {
      await table.client.send(new PutCommand({ TableName: table.name, Item: { ...SWEEP_KEY, swept_to_ms: atMs } }));
    },
  };
}

async function entriesOf(table: Table, pk: string, limit: number): Promise<DueEntry[]> {
  const entries: DueEntry[] = [];
  const pages = queryPages(table, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
    ConsistentRead: true,
    Limit: limit,
  });
  for await (const rows of pages) {
    for (const { pk: _pk, sk: _sk, ttl: _ttl, source, id, audience, ...entry } of rows) {
      entries.push({ key: { source, id, audience }, ...(entry as Omit<DueEntry, 'key'>) });
    }
    if (entries.length >= limit) break;
  }
  return entries;
}
