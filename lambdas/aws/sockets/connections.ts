// Rows of a connection: under its user (deliveries), under its own id ($disconnect), in its shard of the global topic (fan-out).
import { BatchWriteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../domain/model/ports.ts';
import type { Connection } from '../../domain/model/recipient.ts';
import { CONNECTION_TTL_SECONDS } from '../../domain/sockets/connect.ts';
import type { Connections } from '../../domain/sockets/ports.ts';
import type { Table } from '../clients.ts';
import { CONNECTION_PREFIX, connectionKey, userKey } from '../keys.ts';
import { globalPartition, shardOf } from './topic-partition.ts';

type Write = { PutRequest: { Item: Record<string, unknown> } } | { DeleteRequest: { Key: Record<string, unknown> } };

export function connections(table: Table, clock: Clock): Connections {
  return {
    async add(connection) {
      const lifeEnds = Math.floor(clock.now() / 1000) + CONNECTION_TTL_SECONDS;
      const { expires_at: expiresAt } = connection;
      // A fan-out leaves out who is past its time to live; the user's own row stays, so that a delivery finds the socket and closes it.
      const ttl = expiresAt === undefined ? lifeEnds : Math.min(lifeEnds, Math.floor(Date.parse(expiresAt) / 1000));
      const { connection_id: connectionId, user_id: userId, ...attributes } = connection;
      const [ofUser, ofGlobal, own] = rowKeys(connection);
      await batchWrite(table, [
        { PutRequest: { Item: { ...ofUser, ...attributes, ttl: lifeEnds } } },
        { PutRequest: { Item: { ...ofGlobal, user_id: userId, ttl } } },
        { PutRequest: { Item: { ...own, user_id: userId, ttl: lifeEnds } } },
      ]);
    },

    async remove({ connection_id: connectionId, user_id: knownUserId }) {
      let userId = knownUserId;
      if (userId === undefined) {
        const found = await table.client.send(
          // Consistent, because a socket may close within moments of opening.
          new GetCommand({ TableName: table.name, Key: connectionKey(connectionId), ConsistentRead: true }),
        );
        if (!found.Item) return;
        userId = found.Item.user_id as string;
      }
      const keys = rowKeys({ connection_id: connectionId, user_id: userId });
      await batchWrite(
        table,
        keys.map((Key) => ({ DeleteRequest: { Key } })),
      );
    },
  };
}

function rowKeys({ connection_id: id, user_id: userId }: Pick<Connection, 'connection_id' | 'user_id'>) {
  return [
    { pk: userKey(userId), sk: CONNECTION_PREFIX + id },
    { pk: globalPartition(shardOf(id)), sk: id },
    connectionKey(id),
  ] as const;
}

/** BatchWriteItem may leave items unprocessed when it is throttled; they are offered again, then it is the caller's failure. */
async function batchWrite(table: Table, writes: Write[]): Promise<void> {
  let left: any = { [table.name]: writes };
  for (let attempt = 0; attempt < 4; attempt++) {
    const result = await table.client.send(new BatchWriteCommand({ RequestItems: left }));
    left = result.UnprocessedItems ?? {};
    if (Object.keys(left).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt * Math.random()));
  }
  throw new Error('Connection rows were not all written: the table is throttled.');
}
