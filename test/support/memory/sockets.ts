// Memory ports of the room `sockets`: connections, subscribers, frames, tickets and tokens.
import type { Connection } from '../../../lambdas/domain/model/recipient.ts';
import { CONNECTION_TTL_SECONDS } from '../../../lambdas/domain/sockets/connect.ts';
import type {
  Audience,
  Connections,
  Logouts,
  Sender,
  SocketCloser,
  Subscriptions,
  TicketGrant,
  Tickets,
  TokenIdentity,
  Tokens,
} from '../../../lambdas/domain/sockets/ports.ts';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import { isAlive, type Memory } from './memory.ts';

type ConnectionRow = Connection & { ttlSeconds: number };
interface OwnerRow {
  user_id: string;
  ttlSeconds: number;
}

export function memorySockets(memory: Memory) {
  const { sockets, call } = memory;
  const sender: Sender = { post: (id, frame) => call('sender.post', () => sockets.post(id, frame)) };
  const closer: SocketCloser = { close: (id) => call('closer.close', () => sockets.close(id)) };
  return {
    connections: memoryConnections(memory),
    sender,
    closer,
    subscriptions: memorySubscriptions(memory),
    audience: memoryAudience(memory),
    tickets: memoryTickets(memory),
    tokens: memoryTokens(memory),
    logouts: memoryLogouts(memory),
  };
}

/** Fewer than on AWS, and more than one. */
const SHARDS = 4;
const partitionsOf = (topic: string): string[] =>
  topic === GLOBAL_TOPIC ? Array.from({ length: SHARDS }, (_, shard) => `${topic}/${shard}`) : [topic];
const partitionOf = (connectionId: string): string => {
  let sum = 0;
  for (let at = 0; at < connectionId.length; at++) sum = (sum * 31 + connectionId.charCodeAt(at)) % 1_000_003;
  return partitionsOf(GLOBAL_TOPIC)[sum % SHARDS]!;
};

/** Three rows, each written by itself: a batch write is not one transaction. */
function memoryConnections({ table, call, clock }: Memory): Connections {
  const ofUsers = table<ConnectionRow>('connections');
  const owners = table<OwnerRow>('connectionOwners');
  const subscribers = table<OwnerRow>('subscribers');
  return {
    async add(connection) {
      const { connection_id: id, user_id: userId, expires_at: expiresAt } = connection;
      const lifeEnds = Math.floor(clock.now() / 1000) + CONNECTION_TTL_SECONDS;
      const ttlSeconds =
        expiresAt === undefined ? lifeEnds : Math.min(lifeEnds, Math.floor(Date.parse(expiresAt) / 1000));
      const owner = { user_id: userId, ttlSeconds: lifeEnds };
      await Promise.all([
        call('connections.add', () => ofUsers.set(userId, id, { ...connection, ttlSeconds: lifeEnds })),
        call('connections.add', () => subscribers.set(partitionOf(id), id, { ...owner, ttlSeconds })),
        call('connections.add', () => owners.set(id, 'owner', owner)),
      ]);
    },
    async remove({ connection_id: id, user_id: knownUserId }) {
      const userId = knownUserId ?? (await call('connections.find', () => owners.get(id, 'owner')?.user_id));
      if (userId === undefined) return;
      await Promise.all([
        call('connections.remove', () => ofUsers.set(userId, id, undefined)),
        call('connections.remove', () => subscribers.set(partitionOf(id), id, undefined)),
        call('connections.remove', () => owners.set(id, 'owner', undefined)),
      ]);
    },
  };
}

function memorySubscriptions({ table, call, clock, staleMs }: Memory): Subscriptions {
  const subscribers = table<OwnerRow>('subscribers');
  const cursors = table<{ connectionId: string; ttlSeconds: number }>('cursors');
  return {
    partitionsOf,
    page: (partition, after, limit) =>
      call('subscriptions.page', () => {
        const { rows, hasMore } = subscribers.range(partition, { after, limit }, staleMs());
        const last = rows.at(-1);
        return {
          subscribers: rows
            .filter(([, row]) => isAlive(row, clock.now()))
            .map(([id, row]) => ({ connection_id: id, user_id: row.user_id })),
          ...(hasMore && last && { nextAfter: last[0] }),
        };
      }),
    readCursor: (fanoutId, partition) =>
      call('subscriptions.readCursor', () => cursors.get(fanoutId, partition)?.connectionId),
    writeCursor: (fanoutId, partition, connectionId, ttlSeconds) =>
      call('subscriptions.writeCursor', () => cursors.set(fanoutId, partition, { connectionId, ttlSeconds })),
  };
}

function memoryAudience({ table, call, clock }: Memory): Audience {
  const subscribers = table<OwnerRow>('subscribers');
  return {
    count: () =>
      call('audience.count', () => {
        const rows = partitionsOf(GLOBAL_TOPIC).flatMap((partition) => subscribers.range(partition).rows);
        const alive = rows.filter(([, row]) => isAlive(row, clock.now()));
        return { users: new Set(alive.map(([, row]) => row.user_id)).size, connections: alive.length };
      }),
  };
}

function memoryTickets({ table, call }: Memory): Tickets {
  const tickets = table<TicketGrant>('tickets');
  return {
    put: (hash, grant) => call('tickets.put', () => tickets.set(hash, 'ticket', grant)),
    take: (hash) =>
      call('tickets.take', () => {
        const grant = tickets.get(hash, 'ticket');
        tickets.set(hash, 'ticket', undefined);
        return grant;
      }),
  };
}

function memoryLogouts({ table, call }: Memory): Logouts {
  const logouts = table<{ atMs: number }>('logouts');
  return {
    note: (userId, atMs) =>
      call('logouts.note', () => {
        const before = logouts.get(userId, 'logout')?.atMs ?? atMs;
        logouts.set(userId, 'logout', { atMs: Math.max(before, atMs) });
      }),
    loggedOutAtMs: (userId) => call('logouts.loggedOutAtMs', () => logouts.get(userId, 'logout')?.atMs),
  };
}

/** `issue` makes what an issuer would have signed: any other text is no token. */
function memoryTokens({
  call,
  clock,
  table,
}: Memory): Tokens & { issue(token: string, identity: TokenIdentity): void } {
  const issued = table<TokenIdentity>('tokens');
  return {
    issue: (token, identity) => issued.set(token, 'token', identity),
    verify: (token) =>
      call('tokens.verify', () => {
        const identity = issued.get(token, 'token');
        return identity && Date.parse(identity.expires_at) > clock.now() ? identity : undefined;
      }),
  };
}
