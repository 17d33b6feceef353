// Who is connected now: reads every shard of the topic all connections have, about 150 bytes a connection.
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../domain/model/ports.ts';
import type { Audience } from '../../domain/sockets/ports.ts';
import type { Table } from '../clients.ts';
import { isAlive } from '../keys.ts';
import { globalPartitions } from './topic-partition.ts';

export function audience(table: Table, clock: Clock): Audience {
  return {
    async count() {
      const users = new Set<string>();
      let connections = 0;
      await Promise.all(
        globalPartitions().map(async (partition) => {
          let from: Record<string, unknown> | undefined;
          do {
            const page = await table.client.send(
              new QueryCommand({
                TableName: table.name,
                KeyConditionExpression: 'pk = :pk',
                ExpressionAttributeNames: { '#ttl': 'ttl' },
                ExpressionAttributeValues: { ':pk': partition },
                ProjectionExpression: 'user_id, #ttl',
                ExclusiveStartKey: from,
              }),
            );
            for (const row of page.Items ?? []) {
              if (!isAlive(row, clock.now())) continue;
              connections++;
              users.add(row.user_id);
            }
            from = page.LastEvaluatedKey;
          } while (from);
        }),
      );
      return { users: users.size, connections };
    },
  };
}
