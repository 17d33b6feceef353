// Who is connected now: reads the subscribers of a topic, about 150 bytes a connection, one page of each partition.

import type { Clock } from '../../domain/model/ports.ts';
import { HASH_SPACE } from '../../domain/model/user-hash.ts';
import type { Audience, AudienceCount } from '../../domain/sockets/ports.ts';
import { hashesOf, type Segment, segmentsOf } from '../../domain/sockets/segments.ts';
import type { Table } from '../clients.ts';
import { isApplied } from '../conditional.ts';
import { audienceKey, isAlive, topicKey } from '../keys.ts';
import { GetCommand, QueryCommand, UpdateCommand } from '../table-commands.ts';

export function audience(table: Table, clock: Clock): Audience {
  const countSegment = async ({ partition }: Segment): Promise<AudienceCount> => {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':pk': topicKey(partition) },
        ProjectionExpression: 'sk, user_id, #ttl',
      }),
    );
    const rows = (page.Items ?? []).filter((row) => isAlive(row, clock.now()));
    const users = new Set(rows.map((row) => row.user_id)).size;
    // DynamoDB ends a page at 1 MB (AWS limit). Users spread evenly by their hash, so the rest is estimated from the
    // share that was read.
    const factor = page.LastEvaluatedKey ? 1 / shareRead(partition, page.LastEvaluatedKey.sk) : 1;
    return {
      users: Math.round(users * factor),
      connections: Math.round(rows.length * factor),
      is_exact: page.LastEvaluatedKey === undefined,
    };
  };
  return {
    async count(topic) {
      const counts = await Promise.all(segmentsOf(topic).map(countSegment));
      return {
        users: counts.reduce((sum, { users }) => sum + users, 0),
        connections: counts.reduce((sum, { connections }) => sum + connections, 0),
        is_exact: counts.every((count) => count.is_exact),
      };
    },

    async kept(topic) {
      const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: audienceKey(topic) }));
      if (Item?.counted_at_ms === undefined || !isAlive(Item, clock.now())) return undefined;
      const { users, connections, is_exact, counted_at_ms } = Item as any;
      return { users, connections, is_exact, counted_at_ms };
    },

    async keep(topic, { users, connections, is_exact }, countedAtMs, ttlSeconds) {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: audienceKey(topic),
          UpdateExpression:
            'SET #users = :users, connections = :connections, is_exact = :exact, counted_at_ms = :at, #ttl = :ttl',
          ExpressionAttributeNames: { '#users': 'users', '#ttl': 'ttl' },
          ExpressionAttributeValues: {
            ':users': users,
            ':connections': connections,
            ':exact': is_exact,
            ':at': countedAtMs,
            ':ttl': ttlSeconds,
          },
        }),
      );
    },

    async claim(topic, nowMs, untilMs) {
      return isApplied(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: audienceKey(topic),
            UpdateExpression: 'SET claimed_until_ms = :until, #ttl = if_not_exists(#ttl, :ttl)',
            ConditionExpression: 'attribute_not_exists(claimed_until_ms) OR claimed_until_ms <= :now',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: { ':until': untilMs, ':now': nowMs, ':ttl': Math.ceil(untilMs / 1000) + 60 },
          }),
        ),
      );
    },
  };
}

/** Of a partition's hashes; rows of the version before, which sort elsewhere, count as all read. */
function shareRead(partition: string, lastSk: string): number {
  const { low, high } = hashesOf(partition);
  const last = Number.parseInt(lastSk.slice(0, 8), 16);
  return Number.isNaN(last) || last >= HASH_SPACE ? 1 : Math.min(1, (last + 1 - low) / (high - low));
}
