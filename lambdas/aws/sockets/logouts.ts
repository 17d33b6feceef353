// Who logged out when: one small row per user, apart from the user's others, so that `authorize` may read nothing else.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { Logouts } from '../../domain/sockets/ports.ts';
import type { Table } from '../clients.ts';
import { logoutKey } from '../keys.ts';
import { GetCommand, UpdateCommand } from '../table-commands.ts';

export function logouts(table: Table): Logouts {
  return {
    async note(userId, atMs, ttlSeconds) {
      try {
        await table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: logoutKey(userId),
            UpdateExpression: 'SET logged_out_at_ms = :at, #ttl = :ttl',
            ConditionExpression: 'attribute_not_exists(pk) OR logged_out_at_ms <= :at',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: { ':at': atMs, ':ttl': ttlSeconds },
          }),
        );
      } catch (error) {
        // A later logout is noted already, and covers this one.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
    async loggedOutAtMs(userId) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: logoutKey(userId), ConsistentRead: true }),
      );
      return Item?.logged_out_at_ms;
    },
  };
}
