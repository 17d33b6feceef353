// Rows of a connection: under its user, with its topics (deliveries), and under each of its topics (fan-out).

import { toTimestamp } from '../../../protocol/timestamp.ts';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import type { Clock } from '../../domain/model/ports.ts';
import { CONNECTION_TTL_SECONDS } from '../../domain/sockets/connect.ts';
import type { Connections } from '../../domain/sockets/ports.ts';
import { batchWrite, type Write } from '../batch-write.ts';
import type { Table } from '../clients.ts';
import { isApplied } from '../conditional.ts';
import { connectionKey, isAlive, lastSeenKey, subscriberKey } from '../keys.ts';
import { DeleteCommand, GetCommand, UpdateCommand } from '../table-commands.ts';

/** Our choice, as long as notifications are kept by default. */
const LAST_SEEN_TTL_SECONDS = 90 * 24 * 60 * 60;

export function connections(table: Table, clock: Clock): Connections {
  return {
    async add(connection, topics = []) {
      const lifeEnds = Math.floor(clock.now() / 1000) + CONNECTION_TTL_SECONDS;
      const { connection_id: _id, user_id: userId, ...attributes } = connection;
      // A fan-out leaves out who is past its time to live; the user's own row stays, so that a delivery finds the
      // socket and closes it.
      const subscriber = {
        user_id: userId,
        connected_at: connection.connected_at,
        ttl: subscribedUntil(lifeEnds, connection),
      };
      const subscribed = [GLOBAL_TOPIC, ...topics];
      const own = { ...attributes, topics: new Set(subscribed), ttl: lifeEnds };
      await batchWrite(table, [
        { PutRequest: { Item: { ...connectionKey(connection), ...own } } },
        ...subscribed.map((topic): Write => {
          return { PutRequest: { Item: { ...subscriberKey(topic, connection), ...subscriber } } };
        }),
      ]);
    },

    async remove(connection) {
      // First the list of its topics, and with it the permission to subscribe: what subscribes meanwhile sees that it
      // is gone.
      const { Attributes: own } = await table.client.send(
        new DeleteCommand({ TableName: table.name, Key: connectionKey(connection), ReturnValues: 'ALL_OLD' }),
      );
      const topics = new Set<string>(own?.topics).add(GLOBAL_TOPIC);
      const nowMs = clock.now();
      const lastSeen = { at: toTimestamp(nowMs), ttl: Math.floor(nowMs / 1000) + LAST_SEEN_TTL_SECONDS };
      await batchWrite(table, [
        ...[...topics].map((topic): Write => ({ DeleteRequest: { Key: subscriberKey(topic, connection) } })),
        ...(own ? [{ PutRequest: { Item: { ...lastSeenKey(connection.user_id), ...lastSeen } } }] : []),
      ]);
    },

    async setPresence(connection, state, at) {
      return isApplied(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: connectionKey(connection),
            UpdateExpression: 'SET presence = :state, presence_at = :at',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeValues: { ':state': state, ':at': at },
          }),
        ),
      );
    },

    async lastSeen(userId) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: lastSeenKey(userId), ConsistentRead: true }),
      );
      return Item && isAlive(Item, clock.now()) ? Item.at : undefined;
    },
  };
}

/** Unix seconds: a subscription ends with its socket's credential. */
export const subscribedUntil = (lifeEnds: number, { expires_at: endsAt }: { expires_at?: string }): number =>
  endsAt === undefined ? lifeEnds : Math.min(lifeEnds, Math.floor(Date.parse(endsAt) / 1000));
