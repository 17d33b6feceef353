// IAM routes for back ends: tickets for any user, events without an AWS SDK, who is connected, how broadcasts go.
import {
  broadcastEstimateRequestSchema,
  broadcastQuerySchema,
  countedTopicSchema,
  presenceQuerySchema,
  presenceUserSchema,
} from '../../protocol/back-end.ts';
import { DETAIL_TYPES } from '../../protocol/detail-type.ts';
import { CallerError } from '../../protocol/error-codes.ts';
import { unknownDetailType } from '../../protocol/event.ts';
import { type EventBatch, eventBatchQuerySchema, eventBatchSchema } from '../../protocol/event-batch.ts';
import { explainRequestSchema } from '../../protocol/explanation.ts';
import { inboxId } from '../../protocol/inbox-id.ts';
import { requestIdSchema } from '../../protocol/request.ts';
import { internalTicketRequestSchema } from '../../protocol/ticket.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import { requestOrEventIdSchema, requestStatusQuerySchema, userDataQuerySchema } from '../../protocol/user-data.ts';
import { estimateBroadcast, readBroadcastStatus } from '../domain/delivery/broadcast-status.ts';
import { explain } from '../domain/delivery/explain.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { readRequestStatus } from '../domain/delivery/request-status.ts';
import { type EraseDeps, eraseUser, exportUser } from '../domain/delivery/user-data.ts';
import { refusalOfOrganisation } from '../domain/model/addressed-request.ts';
import { readPresence, readSubscribers } from '../domain/sockets/presence.ts';
import { issueTicket } from '../domain/sockets/ticket.ts';
import { type RestHandlers, readBody, readParameter, readQuery } from './rest-env.ts';

type InternalDeps = Pick<
  Deps,
  | 'tickets'
  | 'clock'
  | 'bus'
  | 'fastBus'
  | 'recipients'
  | 'connections'
  | 'audience'
  | 'broadcasts'
  | 'fanoutProgress'
  | 'requests'
  | 'history'
  | 'userStates'
  | 'inbox'
  | 'rateSlots'
  | 'inboxRules'
  | 'digests'
  | 'limits'
> &
  EraseDeps & {
    wsUrl: string;
    postsPerSecond: number;
    /** Detail types of other systems that rules of the bus take. */
    mappedDetailTypes: readonly string[];
  };

export function internalRoutes(deps: InternalDeps) {
  return {
    async issueTicketFor(c) {
      const { ttl_seconds: ttlSeconds, ...grant } = await readBody(c, internalTicketRequestSchema);
      const issued = { ...grant, issued_at: toTimestamp(deps.clock.now()) };
      return c.json(await issueTicket(deps, issued, ttlSeconds, deps.wsUrl), 201);
    },
    async putEvents(c) {
      const { fast } = readQuery(c, eventBatchQuerySchema);
      const batch = await readBody(c, eventBatchSchema);
      // What is mapped is mapped by rules of the bus.
      refuseUnknown(batch, fast ? [] : deps.mappedDetailTypes);
      return c.json(await (fast ? deps.fastBus : deps.bus).put(batch), 200);
    },
    async readPresence(c) {
      const { org_id: orgId } = readQuery(c, presenceQuerySchema);
      return c.json(await readPresence(deps, inboxNamed(deps, readParameter(c, 'id', presenceUserSchema), orgId)));
    },
    countSubscribers: async (c) => c.json(await readSubscribers(deps, readParameter(c, 'topic', countedTopicSchema))),
    async exportUser(c) {
      const { cursor } = readQuery(c, userDataQuerySchema);
      return c.json(await exportUser(deps, readParameter(c, 'id', presenceUserSchema), cursor));
    },
    async eraseUser(c) {
      const { cursor } = readQuery(c, userDataQuerySchema);
      return c.json(await eraseUser(deps, readParameter(c, 'id', presenceUserSchema), cursor));
    },
    async readRequestStatus(c) {
      const { source, user_id: userId, org_id: orgId } = readQuery(c, requestStatusQuerySchema);
      const id = readParameter(c, 'id', requestOrEventIdSchema);
      const inbox = userId === undefined ? undefined : inboxNamed(deps, userId, orgId);
      return c.json(await readRequestStatus(deps, { source, id }, inbox));
    },
    async readBroadcastStatus(c) {
      const { source } = readQuery(c, broadcastQuerySchema);
      return c.json(await readBroadcastStatus(deps, readParameter(c, 'id', requestIdSchema), source));
    },
    async estimateBroadcast(c) {
      const { request } = await readBody(c, broadcastEstimateRequestSchema);
      return c.json(await estimateBroadcast(deps, request));
    },
    async explain(c) {
      const { request, source } = await readBody(c, explainRequestSchema);
      return c.json(await explain(deps, request, source));
    },
  } satisfies Partial<RestHandlers>;
}

/** Of a user that a back end names. */
function inboxNamed({ inboxRules }: Pick<Deps, 'inboxRules'>, userId: string, orgId: string | undefined): string {
  const refusal = refusalOfOrganisation(inboxRules, orgId);
  if (refusal) throw new CallerError('invalid_request', `${refusal.field} ${refusal.reason}`, { field: refusal.field });
  return inboxId(userId, orgId);
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
