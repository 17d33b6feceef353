// Parked requests by the hour they are due in, for the sweep: one small row each, beside the request itself.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DueEntry, DueRequests } from '../../domain/schedule/ports.ts';
import type { Table } from '../clients.ts';
import { SWEEP_KEY } from '../keys.ts';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '../table-commands.ts';
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
    async forget({ key, deliver_at_ms: deliverAtMs }) {
      await table.client.send(new DeleteCommand({ TableName: table.name, Key: dueKey(key, deliverAtMs) }));
    },
    async noteWoken({ key, deliver_at_ms: deliverAtMs }, woken, atMs) {
      try {
        await table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: dueKey(key, deliverAtMs),
            UpdateExpression: 'SET woken = :woken, woken_at_ms = :at',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':woken': woken, ':at': atMs },
          }),
        );
      } catch (error) {
        // Delivered meanwhile: there is nothing left to wake.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
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
  let from: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        Limit: limit,
        ExclusiveStartKey: from,
      }),
    );
    for (const { pk: _pk, sk: _sk, ttl: _ttl, source, id, audience, ...entry } of page.Items ?? []) {
      entries.push({ key: { source, id, audience }, ...(entry as Omit<DueEntry, 'key'>) });
    }
    from = page.LastEvaluatedKey;
  } while (from && entries.length < limit);
  return entries;
}
