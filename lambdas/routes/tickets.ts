// POST /api/v2/tickets: a signed-in user gets a ticket for a socket.
import { ticketRequestSchema } from '../../protocol/ticket.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { issueTicket } from '../domain/sockets/ticket.ts';
import { type RestHandlers, readBody } from './rest-env.ts';

export function ticketRoutes(deps: Pick<Deps, 'tickets' | 'clock'> & { wsUrl: string }) {
  return {
    async issueTicket(c) {
      const { ttl_seconds: ttlSeconds } = await readBody(c, ticketRequestSchema);
      const { expires_at: endsAt, ...grant } = c.get('identity');
      // At the same time: a ticket that is stored and not given to anybody opens nothing.
      const [ticket] = await Promise.all([
        issueTicket(deps, { ...grant, credential_expires_at: endsAt }, ttlSeconds, deps.wsUrl),
        c.get('notLoggedOut'),
      ]);
      return c.json(ticket, 201);
    },
  } satisfies Partial<RestHandlers>;
}
