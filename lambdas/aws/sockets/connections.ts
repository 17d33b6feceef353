// Rows of a connection: under its user (deliveries), under its own id ($disconnect), under each of its topics
// (fan-out).

import { toTimestamp } from '../../../protocol/timestamp.ts';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import type { Clock } from '../../domain/model/ports.ts';
import { CONNECTION_TTL_SECONDS } from '../../domain/sockets/connect.ts';
import type { Connections, OpenConnection } from '../../domain/sockets/ports.ts';
import { batchWrite, type Write } from '../batch-write.ts';
import type { Table } from '../clients.ts';
import { CONNECTION_PREFIX, connectionKey, isAlive, lastSeenKey, subscriberKey, userKey } from '../keys.ts';
import { DeleteCommand, GetCommand } from '../table-commands.ts';
import { formerSubscriberKey } from './former-subscribers.ts';

/** Our choice, as long as notifications are kept by default. */
const LAST_SEEN_TTL_SECONDS = 90 * 24 * 60 * 60;

export function connections(table: Table, clock: Clock): Connections {
  return {
    async add(connection, topics = []) {
      const lifeEnds = Math.floor(clock.now() / 1000) + CONNECTION_TTL_SECONDS;
      const { expires_at: expiresAt } = connection;
      // A fan-out leaves out who is past its time to live; the user's own row stays, so that a delivery finds the
      // socket and closes it.
      const ttl = expiresAt === undefined ? lifeEnds : Math.min(lifeEnds, Math.floor(Date.parse(expiresAt) / 1000));
      const { connection_id: connectionId, user_id: userId, ...attributes } = connection;
      const shared = { user_id: userId, connected_at: connection.connected_at, ttl };
      const own = { ...shared, ttl: lifeEnds, subscribed_until: ttl };
      const subscribed = [GLOBAL_TOPIC, ...topics];
      await batchWrite(table, [
        { PutRequest: { Item: { ...ofUser(connection), ...attributes, ttl: lifeEnds } } },
        { PutRequest: { Item: { ...connectionKey(connectionId), ...own, topics: new Set(subscribed) } } },
        ...subscribed.map((topic): Write => {
          return { PutRequest: { Item: { ...subscriberKey(topic, connection), ...shared } } };
        }),
      ]);
    },

    async remove({ connection_id: connectionId, user_id: knownUserId }) {
      // First the list of its topics, and with it the permission to subscribe: what subscribes meanwhile sees that it
      // is gone.
      const { Attributes: own } = await table.client.send(
        new DeleteCommand({ TableName: table.name, Key: connectionKey(connectionId), ReturnValues: 'ALL_OLD' }),
      );
      const userId: string | undefined = own?.user_id ?? knownUserId;
      if (userId === undefined) return;
      const connection = { connection_id: connectionId, user_id: userId };
      const topics = new Set<string>(own?.topics).add(GLOBAL_TOPIC);
      const subscriptions = [...topics].map((topic) => subscriberKey(topic, connection));
      // A row of the version before did not name the topic that every connection has.
      const former = own !== undefined && !own.topics?.has(GLOBAL_TOPIC) ? [formerSubscriberKey(connectionId)] : [];
      const nowMs = clock.now();
      const lastSeen = { at: toTimestamp(nowMs), ttl: Math.floor(nowMs / 1000) + LAST_SEEN_TTL_SECONDS };
      await batchWrite(table, [
        ...[ofUser(connection), ...subscriptions, ...former].map((Key): Write => ({ DeleteRequest: { Key } })),
        ...(own ? [{ PutRequest: { Item: { ...lastSeenKey(userId), ...lastSeen } } }] : []),
      ]);
    },

    async lastSeen(userId) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: lastSeenKey(userId), ConsistentRead: true }),
      );
      return Item && isAlive(Item, clock.now()) ? Item.at : undefined;
    },
  };
}

const ofUser = ({ connection_id: id, user_id: userId }: OpenConnection) => ({
  pk: userKey(userId),
  sk: CONNECTION_PREFIX + id,
});
