// Memory ports of connections, subscribers and their counts: rows as the table keeps them, each write by itself.
import type { Connection } from '../../../lambdas/domain/model/recipient.ts';
import { hashText, userHash } from '../../../lambdas/domain/model/user-hash.ts';
import { CONNECTION_TTL_SECONDS } from '../../../lambdas/domain/sockets/connect.ts';
import type {
  Audience,
  AudienceCount,
  Connections,
  OpenConnection,
  SubscriberPreferences,
  Subscriptions,
} from '../../../lambdas/domain/sockets/ports.ts';
import { partitionFor, segmentsOf } from '../../../lambdas/domain/sockets/segments.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import { isAlive, type Memory } from './memory.ts';

interface SubscriberRow extends OpenConnection, SubscriberPreferences {
  preferences_version?: number;
  ttlSeconds: number;
}
type ConnectionRow = Connection & { ttlSeconds: number };
type OwnerRow = SubscriberRow & { topics: string[]; subscribedUntil: number };

const tablesOf = ({ table }: Memory) => ({
  ofUsers: table<ConnectionRow>('connections'),
  owners: table<OwnerRow>('connectionOwners'),
  subscribers: table<SubscriberRow>('subscribers'),
  lastSeen: table<{ at: string }>('lastSeen'),
});

function placeOf(topic: string, { user_id: userId, connection_id: id }: OpenConnection): [string, string] {
  const hash = userHash(userId);
  return [partitionFor(topic, hash), `${hashText(hash)}#${id}`];
}

/** Rows written one by one: a batch write is not one transaction. */
export function memoryConnections(memory: Memory): Connections {
  const { call, clock } = memory;
  const { ofUsers, owners, subscribers, lastSeen } = tablesOf(memory);
  return {
    async add(connection, topics = []) {
      const { connection_id, user_id, connected_at, expires_at: expiresAt } = connection;
      const lifeEnds = Math.floor(clock.now() / 1000) + CONNECTION_TTL_SECONDS;
      const ttlSeconds =
        expiresAt === undefined ? lifeEnds : Math.min(lifeEnds, Math.floor(Date.parse(expiresAt) / 1000));
      const shared = { connection_id, user_id, connected_at, ttlSeconds };
      const subscribed = [GLOBAL_TOPIC, ...topics];
      await Promise.all([
        // They outlive the credential, so that a delivery finds the socket and closes it.
        call('connections.add', () => ofUsers.set(user_id, connection_id, { ...connection, ttlSeconds: lifeEnds })),
        call('connections.add', () => {
          owners.set(connection_id, 'owner', {
            ...shared,
            ttlSeconds: lifeEnds,
            subscribedUntil: ttlSeconds,
            topics: subscribed,
          });
        }),
        ...subscribed.map((topic) =>
          call('connections.add', () => subscribers.set(...placeOf(topic, connection), shared)),
        ),
      ]);
    },
    async remove({ connection_id: id, user_id: knownUserId }) {
      const own = await call('connections.remove', () => {
        const row = owners.get(id, 'owner');
        owners.set(id, 'owner', undefined);
        return row;
      });
      const userId = own?.user_id ?? knownUserId;
      if (userId === undefined) return;
      const connection = { connection_id: id, user_id: userId };
      await Promise.all([
        call('connections.remove', () => ofUsers.set(userId, id, undefined)),
        ...[...(own?.topics ?? [GLOBAL_TOPIC])].map((topic) =>
          call('connections.remove', () => subscribers.set(...placeOf(topic, connection), undefined)),
        ),
        ...(own
          ? [call('connections.remove', () => lastSeen.set(userId, 'seen', { at: toTimestamp(clock.now()) }))]
          : []),
      ]);
    },
    lastSeen: (userId) => call('connections.lastSeen', () => lastSeen.get(userId, 'seen')?.at),
  };
}

export function memorySubscriptions(memory: Memory): Subscriptions {
  const { call, clock, staleMs } = memory;
  const { owners, subscribers } = tablesOf(memory);
  const removeAll = (connection: OpenConnection, topics: readonly string[]) =>
    Promise.all(
      topics.map((topic) =>
        call('subscriptions.remove', () => subscribers.set(...placeOf(topic, connection), undefined)),
      ),
    );
  return {
    async add(connection, topics) {
      const id = connection.connection_id;
      let own = await call('subscriptions.list', () => {
        const row = owners.get(id, 'owner');
        if (row) owners.set(id, 'owner', { ...row, topics: [...new Set([...row.topics, ...topics])] });
        return owners.get(id, 'owner');
      });
      while (own !== undefined) {
        const { topics: _, subscribedUntil: until, ...rest }: OwnerRow = own;
        const row = { ...rest, ttlSeconds: until };
        await Promise.all(
          topics.map((topic) => call('subscriptions.add', () => subscribers.set(...placeOf(topic, connection), row))),
        );
        const now = await call('subscriptions.look', () => owners.get(id, 'owner'));
        if (now && now.preferences_version === row.preferences_version) return 'subscribed';
        own = now;
      }
      await removeAll(connection, topics);
      return 'closed';
    },
    async remove(connection, topics) {
      await removeAll(connection, topics);
      await call('subscriptions.list', () => {
        const row = owners.get(connection.connection_id, 'owner');
        const left = row?.topics.filter((topic) => !topics.includes(topic));
        if (row && left) owners.set(connection.connection_id, 'owner', { ...row, topics: left });
      });
    },
    async setPreferences(connection, { muted_types, sockets_off }, version) {
      const isOlder = (row: SubscriberRow) => (row.preferences_version ?? 0) <= version;
      const changed = <Row extends SubscriberRow>({ muted_types: _, ...row }: Row) => ({
        ...row,
        ...(muted_types && { muted_types }),
        sockets_off: sockets_off ?? false,
        preferences_version: version,
      });
      const own = await call('subscriptions.setPreferences', () => {
        const row = owners.get(connection.connection_id, 'owner');
        if (!row || !isOlder(row)) return undefined;
        owners.set(connection.connection_id, 'owner', changed(row) as OwnerRow);
        return row;
      });
      await Promise.all(
        (own?.topics ?? []).map((topic) =>
          call('subscriptions.setPreferences', () => {
            const place = placeOf(topic, connection);
            const row = subscribers.get(...place);
            if (row && isOlder(row)) subscribers.set(...place, changed(row));
          }),
        ),
      );
    },
    page: ({ partition, low, high }, after, limit) =>
      call('subscriptions.page', () => {
        const from = after ?? (low === 0 ? ' ' : hashText(low));
        const range = { after: from, before: `${hashText(high - 1)}~`, limit };
        const { rows, hasMore } = subscribers.range(partition, range, staleMs());
        const alive = rows.filter(([, row]) => isAlive(row, clock.now()));
        const last = rows.at(-1);
        return {
          subscribers: alive.map(([position, { ttlSeconds: _, preferences_version: __, sockets_off, ...row }]) => ({
            ...row,
            position,
            ...(sockets_off && { sockets_off }),
          })),
          read: rows.length,
          ...(hasMore && last && { nextAfter: last[0] }),
        };
      }),
  };
}

export function memoryAudience(memory: Memory): Audience {
  const { table, call, clock } = memory;
  const { subscribers } = tablesOf(memory);
  const counts = table<AudienceCount & { counted_at_ms: number }>('audienceCounts');
  const claims = table<{ untilMs: number }>('audienceClaims');
  return {
    count: (topic) =>
      call('audience.count', () => {
        const rows = segmentsOf(topic).flatMap(({ partition }) => subscribers.range(partition).rows);
        const alive = rows.filter(([, row]) => isAlive(row, clock.now()));
        const users = new Set(alive.map(([, row]) => row.user_id)).size;
        return { users, connections: alive.length, is_exact: true };
      }),
    kept: (topic) => call('audience.kept', () => counts.get(topic, 'count')),
    keep: (topic, count, atMs) =>
      call('audience.keep', () => counts.set(topic, 'count', { ...count, counted_at_ms: atMs })),
    claim: (topic, nowMs, untilMs) =>
      call('audience.claim', () => {
        if ((claims.get(topic, 'claim')?.untilMs ?? 0) > nowMs) return false;
        claims.set(topic, 'claim', { untilMs });
        return true;
      }),
  };
}
