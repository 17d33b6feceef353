// What waits for a user to be present: a row under the user for each, which points to the parked request.
import { createHash } from 'node:crypto';
import type { HeldRequests } from '../../domain/schedule/ports.ts';
import type { RequestKey } from '../../domain/schedule/request-key.ts';
import type { Table } from '../clients.ts';
import { HELD_PREFIX, userKey } from '../keys.ts';
import { DeleteCommand, PutCommand, QueryCommand } from '../table-commands.ts';

export function heldRequests(table: Table): HeldRequests {
  return {
    async note(userId, { key, accepted_at_ms }, ttlSeconds) {
      const row = { ...rowKey(userId, key), ...key, accepted_at_ms, ttl: ttlSeconds };
      await table.client.send(new PutCommand({ TableName: table.name, Item: row }));
    },

    async of(userId, limit) {
      const { Items } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :held)',
          ExpressionAttributeValues: { ':pk': userKey(userId), ':held': HELD_PREFIX },
          ConsistentRead: true,
          Limit: limit,
        }),
      );
      return Items.map(({ source, id, audience, accepted_at_ms }) => ({
        key: { source, id, audience },
        accepted_at_ms,
      }));
    },

    async forget(userId, key) {
      await table.client.send(new DeleteCommand({ TableName: table.name, Key: rowKey(userId, key) }));
    },
  };
}

/** Source and id are as long as a sort key may be: a hash of them is not. */
function rowKey(userId: string, { source, id }: RequestKey) {
  const hash = createHash('sha256')
    .update(JSON.stringify([source, id]))
    .digest('hex');
  return { pk: userKey(userId), sk: HELD_PREFIX + hash };
}
