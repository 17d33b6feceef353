// IAM routes for back ends: tickets for any user, and events without an AWS SDK.
import { Hono } from 'hono';
import { eventBatchSchema } from '../../protocol/event-batch.ts';
import { internalTicketRequestSchema } from '../../protocol/ticket.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { issueTicket } from '../domain/sockets/ticket.ts';
import { type RestEnv, readBody } from './rest-env.ts';

export function internalRoutes(deps: Pick<Deps, 'tickets' | 'clock' | 'bus'> & { wsUrl: string }): Hono<RestEnv> {
  return new Hono<RestEnv>()
    .post('/internal/tickets', async (c) => {
      const { ttl_seconds: ttlSeconds, ...grant } = await readBody(c, internalTicketRequestSchema);
      return c.json(await issueTicket(deps, grant, ttlSeconds, deps.wsUrl), 201);
    })
    .post('/internal/events', async (c) => {
      const result = await deps.bus.put(await readBody(c, eventBatchSchema));
      return c.json(result, 200);
    });
}
