// Who listens to a topic, and how far a fan-out has come.
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../domain/model/ports.ts';
import type { Subscriptions } from '../../domain/sockets/ports.ts';
import type { Table } from '../clients.ts';
import { cursorKey, isAlive } from '../keys.ts';
import { partitionsOf } from './topic-partition.ts';

export function subscriptions(table: Table, clock: Clock): Subscriptions {
  return {
    partitionsOf,

    async page(partition, afterConnectionId, limit) {
      const page = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND sk > :after',
          ExpressionAttributeValues: { ':pk': partition, ':after': afterConnectionId ?? ' ' },
          Limit: limit,
        }),
      );
      const rows = page.Items ?? [];
      return {
        subscribers: rows
          .filter((row) => isAlive(row, clock.now()))
          .map((row) => ({ connection_id: row.sk, user_id: row.user_id })),
        nextAfter: page.LastEvaluatedKey?.sk,
      };
    },
    async readCursor(fanoutId, partition) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: cursorKey(fanoutId, partition), ConsistentRead: true }),
      );
      return Item?.connection_id;
    },
    async writeCursor(fanoutId, partition, connectionId, ttlSeconds) {
      await table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...cursorKey(fanoutId, partition), connection_id: connectionId, ttl: ttlSeconds },
        }),
      );
    },
  };
}
