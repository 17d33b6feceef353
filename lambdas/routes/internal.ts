// IAM routes for back ends: tickets for any user, events without an AWS SDK, who is connected, how broadcasts go.
import { Hono } from 'hono';
import {
  broadcastEstimateRequestSchema,
  broadcastQuerySchema,
  countedTopicSchema,
  presenceUserSchema,
} from '../../protocol/back-end.ts';
import { DETAIL_TYPES } from '../../protocol/detail-type.ts';
import { CallerError } from '../../protocol/error-codes.ts';
import { unknownDetailType } from '../../protocol/event.ts';
import { type EventBatch, eventBatchSchema } from '../../protocol/event-batch.ts';
import { requestIdSchema } from '../../protocol/request.ts';
import { internalTicketRequestSchema } from '../../protocol/ticket.ts';
import { estimateBroadcast, readBroadcastStatus } from '../domain/delivery/broadcast-status.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { readPresence, readSubscribers } from '../domain/sockets/presence.ts';
import { issueTicket } from '../domain/sockets/ticket.ts';
import { noQuerySchema, type RestEnv, readBody, readParameter, readQuery } from './rest-env.ts';

type InternalDeps = Pick<
  Deps,
  'tickets' | 'clock' | 'bus' | 'recipients' | 'connections' | 'audience' | 'broadcasts' | 'fanoutProgress'
> & {
  wsUrl: string;
  postsPerSecond: number;
  /** Detail types of other systems that rules of the bus take. */
  mappedDetailTypes: readonly string[];
};

export function internalRoutes(deps: InternalDeps): Hono<RestEnv> {
  return new Hono<RestEnv>()
    .post('/internal/tickets', async (c) => {
      const { ttl_seconds: ttlSeconds, ...grant } = await readBody(c, internalTicketRequestSchema);
      return c.json(await issueTicket(deps, grant, ttlSeconds, deps.wsUrl), 201);
    })
    .post('/internal/events', async (c) => {
      const batch = await readBody(c, eventBatchSchema);
      refuseUnknown(batch, deps.mappedDetailTypes);
      return c.json(await deps.bus.put(batch), 200);
    })
    .get('/internal/users/:id/presence', async (c) => {
      readQuery(c, noQuerySchema);
      return c.json(await readPresence(deps, readParameter(c.req.param('id'), 'id', presenceUserSchema)));
    })
    .get('/internal/topics/:topic/subscribers', async (c) => {
      readQuery(c, noQuerySchema);
      return c.json(await readSubscribers(deps, readParameter(c.req.param('topic'), 'topic', countedTopicSchema)));
    })
    .get('/internal/broadcasts/:id', async (c) => {
      const { source } = readQuery(c, broadcastQuerySchema);
      return c.json(await readBroadcastStatus(deps, readParameter(c.req.param('id'), 'id', requestIdSchema), source));
    })
    .post('/internal/broadcasts/estimate', async (c) => {
      const { request } = await readBody(c, broadcastEstimateRequestSchema);
      return c.json(await estimateBroadcast(deps, request));
    });
}

/** What no rule takes would end in the rejected queue: here the sender hears it at once. */
function refuseUnknown({ entries }: EventBatch, mapped: readonly string[]): void {
  const known: readonly string[] = [...DETAIL_TYPES, ...mapped];
  const at = entries.findIndex((entry) => !known.includes(entry.detail_type));
  if (at === -1) return;
  const field = `entries[${at}].detail_type`;
  const reason = unknownDetailType(entries[at]!.detail_type, mapped);
  throw new CallerError('invalid_request', `${field}: ${reason}`, { field });
}
