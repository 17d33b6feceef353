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
/** With the topics it subscribed to, and the preferences that its subscriptions have. */
export type ConnectionRow = Connection &
  SubscriberPreferences & { topics: string[]; preferences_version?: number; ttlSeconds: number };

const tablesOf = ({ table }: Memory) => ({
  ofUsers: table<ConnectionRow>('connections'),
  subscribers: table<SubscriberRow>('subscribers'),
  lastSeen: table<{ at: string }>('lastSeen'),
});

function placeOf(topic: string, { user_id: userId, connection_id: id }: OpenConnection): [string, string] {
  const hash = userHash(userId);
  return [partitionFor(topic, hash), `${hashText(hash)}#${id}`];
}

const subscribedUntil = ({ expires_at: endsAt }: Partial<Connection>, lifeEnds: number): number =>
  endsAt === undefined ? lifeEnds : Math.min(lifeEnds, Math.floor(Date.parse(endsAt) / 1000));

/** Rows written one by one: a batch write is not one transaction. */
export function memoryConnections(memory: Memory): Connections {
  const { call, clock } = memory;
  const { ofUsers, subscribers, lastSeen } = tablesOf(memory);
  return {
    async add(connection, topics = []) {
      const { connection_id, user_id, connected_at } = connection;
      const lifeEnds = Math.floor(clock.now() / 1000) + CONNECTION_TTL_SECONDS;
      const subscribed = [GLOBAL_TOPIC, ...topics];
      const own = { ...connection, topics: subscribed, ttlSeconds: lifeEnds };
      const subscriber = { connection_id, user_id, connected_at, ttlSeconds: subscribedUntil(connection, lifeEnds) };
      await Promise.all([
        // It outlives the credential, so that a delivery finds the socket and closes it.
        call('connections.add', () => ofUsers.set(user_id, connection_id, own)),
        ...subscribed.map((topic) =>
          call('connections.add', () => subscribers.set(...placeOf(topic, connection), subscriber)),
        ),
      ]);
    },
    setPresence: ({ connection_id: id, user_id: userId }, presence, at) =>
      call('connections.setPresence', () => {
        const row = ofUsers.get(userId, id);
        if (row) ofUsers.set(userId, id, { ...row, presence, presence_at: at });
        return row !== undefined;
      }),
    async remove(connection) {
      const { connection_id: id, user_id: userId } = connection;
      const own = await call('connections.remove', () => {
        const row = ofUsers.get(userId, id);
        ofUsers.set(userId, id, undefined);
        return row;
      });
      await Promise.all([
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
  const { ofUsers, subscribers } = tablesOf(memory);
  const removeAll = (connection: OpenConnection, topics: readonly string[]) =>
    Promise.all(
      topics.map((topic) =>
        call('subscriptions.remove', () => subscribers.set(...placeOf(topic, connection), undefined)),
      ),
    );
  return {
    async add(connection, topics) {
      const { connection_id, user_id } = connection;
      let own = await call('subscriptions.list', () => {
        const row = ofUsers.get(user_id, connection_id);
        if (row) ofUsers.set(user_id, connection_id, { ...row, topics: [...new Set([...row.topics, ...topics])] });
        return ofUsers.get(user_id, connection_id);
      });
      while (own !== undefined) {
        const { connected_at, sockets_off, preferences_version }: ConnectionRow = own;
        const row = {
          connection_id,
          user_id,
          connected_at,
          ttlSeconds: subscribedUntil(own, own.ttlSeconds),
          ...mutedIn(own),
          ...(sockets_off !== undefined && { sockets_off }),
          ...(preferences_version !== undefined && { preferences_version }),
        };
        await Promise.all(
          topics.map((topic) => call('subscriptions.add', () => subscribers.set(...placeOf(topic, connection), row))),
        );
        const now = await call('subscriptions.look', () => ofUsers.get(user_id, connection_id));
        if (now && now.preferences_version === preferences_version) return 'subscribed';
        own = now;
      }
      await removeAll(connection, topics);
      return 'closed';
    },
    async remove(connection, topics) {
      await removeAll(connection, topics);
      await call('subscriptions.list', () => {
        const { user_id, connection_id } = connection;
        const row = ofUsers.get(user_id, connection_id);
        const left = row?.topics.filter((topic) => !topics.includes(topic));
        if (row && left) ofUsers.set(user_id, connection_id, { ...row, topics: left });
      });
    },
    async setPreferences(connection, { sockets_off, ...muted }, version) {
      const isOlder = (row: { preferences_version?: number }) => (row.preferences_version ?? 0) <= version;
      const changed = <Row extends SubscriberPreferences>({
        muted_types: _types,
        muted_topics: _topics,
        muted_groups: _groups,
        ...row
      }: Row) => ({
        ...row,
        ...muted,
        sockets_off: sockets_off ?? false,
        preferences_version: version,
      });
      const own = await call('subscriptions.setPreferences', () => {
        const { user_id, connection_id } = connection;
        const row = ofUsers.get(user_id, connection_id);
        if (!row || !isOlder(row)) return undefined;
        ofUsers.set(user_id, connection_id, changed(row) as ConnectionRow);
        return row;
      });
      await Promise.all(
        (own?.topics ?? []).map((topic) =>
          call('subscriptions.setPreferences', () => {
            const place = placeOf(topic, connection);
            const row = subscribers.get(...place);
            if (row && isOlder(row)) subscribers.set(...place, changed(row) as SubscriberRow);
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
          subscribers: alive.map(([position, { ttlSeconds, preferences_version: _, sockets_off, ...row }]) => ({
            ...row,
            position,
            expires_at: toTimestamp(ttlSeconds * 1000),
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

const mutedIn = ({ muted_types, muted_topics, muted_groups }: SubscriberPreferences): SubscriberPreferences => ({
  ...(muted_types && { muted_types }),
  ...(muted_topics && { muted_topics }),
  ...(muted_groups && { muted_groups }),
});
