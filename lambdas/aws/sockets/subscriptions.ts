// Which connections listen to which topics: a row for each, sorted by the hash of its user.

import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { Clock } from '../../domain/model/ports.ts';
import { hashText } from '../../domain/model/user-hash.ts';
import type { OpenConnection, SubscriberPreferences, Subscriptions } from '../../domain/sockets/ports.ts';
import type { Segment } from '../../domain/sockets/segments.ts';
import { batchWrite } from '../batch-write.ts';
import type { Table } from '../clients.ts';
import { conditional } from '../conditional.ts';
import { connectionKey, isAlive, subscriberKey, topicKey } from '../keys.ts';
import { GetCommand, QueryCommand, UpdateCommand } from '../table-commands.ts';
import { subscribedUntil } from './connections.ts';

/** Our choice: preferences change between a look and a write; that they do so this often has another cause. */
const ROUNDS = 5;

export function subscriptions(table: Table, clock: Clock): Subscriptions {
  /** undefined when the row is not there, or the condition does not hold. */
  const update = async (Key: { pk: string; sk: string }, change: Record<string, any>) => {
    const outcome = await conditional(
      table.client.send(
        new UpdateCommand({ TableName: table.name, Key, ReturnValues: 'ALL_NEW', ...(change as object) } as never),
      ),
    );
    return outcome.isApplied ? (outcome.answer.Attributes as Record<string, any>) : undefined;
  };
  const removeRows = (connection: OpenConnection, topics: readonly string[]) =>
    batchWrite(
      table,
      topics.map((topic) => ({ DeleteRequest: { Key: subscriberKey(topic, connection) } })),
    );

  return {
    async add(connection, topics) {
      const Key = connectionKey(connection);
      // Listed before it is subscribed, so that removing the connection removes every subscription it may have.
      let own = await update(Key, {
        UpdateExpression: 'ADD topics :topics',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':topics': new Set(topics) },
      });
      for (let round = 0; own !== undefined; round++) {
        const { connected_at, preferences_version, sockets_off, ttl } = own;
        const attributes = {
          user_id: connection.user_id,
          connected_at,
          ttl: subscribedUntil(ttl, own),
          ...(preferences_version !== undefined && { preferences_version, sockets_off }),
          ...mutedIn(own),
        };
        await batchWrite(
          table,
          topics.map((topic) => ({ PutRequest: { Item: { ...subscriberKey(topic, connection), ...attributes } } })),
        );
        const now = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
        if (now.Item?.preferences_version === preferences_version && now.Item !== undefined) return 'subscribed';
        if (round >= ROUNDS) throw new Error(`Preferences changed ${ROUNDS} times while a connection subscribed.`);
        own = now.Item;
      }
      // Closed meanwhile: what was written after its rows were removed goes too.
      await removeRows(connection, topics);
      return 'closed';
    },

    async remove(connection, topics) {
      await removeRows(connection, topics);
      await update(connectionKey(connection), {
        UpdateExpression: 'DELETE topics :topics',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':topics': new Set(topics) },
      });
    },

    async setPreferences(connection, preferences, version) {
      const set = MUTED.filter((name) => preferences[name] !== undefined);
      const removed = MUTED.filter((name) => preferences[name] === undefined);
      const change = {
        UpdateExpression:
          'SET preferences_version = :version, sockets_off = :off' +
          set.map((name) => `, ${name} = :${name}`).join('') +
          (removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''),
        ConditionExpression:
          'attribute_exists(pk) AND (attribute_not_exists(preferences_version) OR preferences_version <= :version)',
        ExpressionAttributeValues: {
          ':version': version,
          ':off': preferences.sockets_off ?? false,
          ...Object.fromEntries(set.map((name) => [`:${name}`, preferences[name]])),
        },
      };
      const own = await update(connectionKey(connection), change);
      const topics: string[] = [...(own?.topics ?? [])];
      await Promise.all(topics.map((topic) => update(subscriberKey(topic, connection), change)));
    },

    async page(segment, after, limit) {
      const { first, last } = bounds(segment);
      const page = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':pk': topicKey(segment.partition),
            ':first': after === undefined ? first : `${after}\0`,
            ':last': last,
          },
          Limit: limit,
        }),
      );
      const rows = (page.Items ?? []).filter((row) => isAlive(row, clock.now()));
      return {
        subscribers: rows.map(({ sk, user_id, connected_at, ttl, sockets_off, ...more }) => ({
          connection_id: sk.slice(sk.indexOf('#') + 1),
          user_id,
          position: sk,
          expires_at: toTimestamp(ttl * 1000),
          ...(connected_at && { connected_at }),
          ...mutedIn(more),
          ...(sockets_off && { sockets_off }),
        })),
        read: page.ScannedCount ?? 0,
        ...(page.LastEvaluatedKey && { nextAfter: page.LastEvaluatedKey.sk }),
      };
    },
  };
}

const MUTED = ['muted_types', 'muted_topics', 'muted_groups'] as const;

const mutedIn = (row: Record<string, any>): SubscriberPreferences =>
  Object.fromEntries(MUTED.filter((name) => row[name] !== undefined).map((name) => [name, row[name]]));

const bounds = ({ low, high }: Segment) => ({ first: hashText(low), last: `${hashText(high - 1)}~` });
