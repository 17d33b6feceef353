// POST /api/v2/tickets: a signed-in user gets a ticket for a socket.
import { Hono } from 'hono';
import { ticketRequestSchema } from '../../protocol/ticket.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { limitRate } from '../domain/model/rate-limit.ts';
import { issueTicket } from '../domain/sockets/ticket.ts';
import { noQuerySchema, type RestEnv, readBody, readQuery, userOf } from './rest-env.ts';

type TicketDeps = Pick<Deps, 'tickets' | 'rateLimits' | 'limits' | 'metrics' | 'clock'> & { wsUrl: string };

export function ticketRoutes(deps: TicketDeps): Hono<RestEnv> {
  return new Hono<RestEnv>().post('/api/v2/tickets', async (c) => {
    const userId = userOf(c);
    readQuery(c, noQuerySchema);
    const { ttl_seconds: ttlSeconds } = await readBody(c, ticketRequestSchema);
    await limitRate(deps, userId, 'tickets');
    const { expires_at: endsAt, issued_at: _, ...grant } = c.get('identity');
    const ticket = await issueTicket(deps, { ...grant, credential_expires_at: endsAt }, ttlSeconds, deps.wsUrl);
    return c.json(ticket, 201);
  });
}
