// Who logged out when: one small row among the recipient's.
import type { Logouts } from '../../domain/sockets/ports.ts';
import type { Table } from '../clients.ts';
import { isApplied } from '../conditional.ts';
import { logoutKey } from '../keys.ts';
import { GetCommand, UpdateCommand } from '../table-commands.ts';

export function logouts(table: Table): Logouts {
  return {
    async note(userId, atMs, ttlSeconds) {
      // Not applied: a later logout is noted already, and covers this one.
      await isApplied(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: logoutKey(userId),
            UpdateExpression: 'SET logged_out_at_ms = :at, #ttl = :ttl',
            ConditionExpression: 'attribute_not_exists(pk) OR logged_out_at_ms <= :at',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: { ':at': atMs, ':ttl': ttlSeconds },
          }),
        ),
      );
    },
    async loggedOutAtMs(userId, { consistent }) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: logoutKey(userId), ConsistentRead: consistent }),
      );
      return Item?.logged_out_at_ms;
    },
  };
}
