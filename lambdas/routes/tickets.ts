// POST /api/v2/tickets: a signed-in user gets a ticket for a socket.
import { Hono } from 'hono';
import { ticketRequestSchema } from '../../protocol/ticket.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import { claimedTopics } from '../../protocol/topic.ts';
import { isUserId } from '../../protocol/user-id.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { limitRate } from '../domain/model/rate-limit.ts';
import { issueTicket } from '../domain/sockets/ticket.ts';
import { noQuerySchema, type RestEnv, readBody, readQuery, userOf } from './rest-env.ts';

type TicketDeps = Pick<Deps, 'tickets' | 'rateLimits' | 'metrics' | 'clock'> & { wsUrl: string };

export function ticketRoutes(deps: TicketDeps): Hono<RestEnv> {
  return new Hono<RestEnv>().post('/api/v2/tickets', async (c) => {
    const userId = userOf(c);
    readQuery(c, noQuerySchema);
    const { ttl_seconds: ttlSeconds } = await readBody(c, ticketRequestSchema);
    await limitRate(deps, userId, 'tickets');
    const claims = c.env.event.requestContext.authorizer.jwt.claims;
    const endsAt = { credential_expires_at: toTimestamp(Number(claims.exp) * 1000) };
    const orgId = isUserId(claims.org_id) ? { org_id: claims.org_id } : {};
    const ticket = await issueTicket(
      deps,
      { user_id: userId, ...orgId, ...endsAt, topics: topicsOf(claims.topics) },
      ttlSeconds,
      deps.wsUrl,
    );
    return c.json(ticket, 201);
  });
}

/** API Gateway hands a list claim over as text: `[chat:1 chat:2]`. */
function topicsOf(claim: unknown): string[] {
  const text = Array.isArray(claim) ? claim.join(' ') : String(claim ?? '');
  return claimedTopics(text.replace(/^\[|\]$/g, '').split(/[\s,]+/));
}
