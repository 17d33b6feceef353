// Memory ports of the room `sockets`: connections, subscribers, frames, tickets and tokens.
import type {
  Logouts,
  Sender,
  SocketCloser,
  TicketGrant,
  Tickets,
  TokenIdentity,
  Tokens,
} from '../../../lambdas/domain/sockets/ports.ts';
import type { Memory } from './memory.ts';
import { memoryAudience, memoryConnections, memorySubscriptions } from './subscriptions.ts';

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

function memoryLogouts({ table, call, staleMs }: Memory): Logouts {
  const logouts = table<{ atMs: number }>('logouts');
  return {
    note: (userId, atMs) =>
      call('logouts.note', () => {
        const before = logouts.get(userId, 'logout')?.atMs ?? atMs;
        logouts.set(userId, 'logout', { atMs: Math.max(before, atMs) });
      }),
    loggedOutAtMs: (userId, { consistent }) =>
      call('logouts.loggedOutAtMs', () => logouts.get(userId, 'logout', consistent ? 0 : staleMs())?.atMs),
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
