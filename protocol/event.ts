// What arrives in the dispatch queue: an event of the bus, as the rule's target input shapes it.
import * as z from 'zod';
import { isCarriedText, isJsonObject, jsonProblem } from './carried-json.ts';
import { closest } from './closest.ts';
import { DETAIL_TYPES } from './detail-type.ts';
import {
  MESSAGE_MAX_CHARACTERS,
  REQUESTS_PER_EVENT_MAX,
  TITLE_MAX_CHARACTERS,
  TOPIC_MAX_CHARACTERS,
} from './limits.ts';
import { requestIdSchema, requestSchema } from './request.ts';
import { fillText } from './text-template.ts';
import { EVERYONE, userIdSchema } from './user-id.ts';

export const cancellationSchema = z.strictObject({ id: requestIdSchema });
/**
 * `id`: the request's, its event's, or the notification's. `user_id`: for one user's notification; without it,
 * everyone's.
 */
export const recallSchema = z
  .strictObject({ id: requestIdSchema, user_id: userIdSchema.optional(), org_id: userIdSchema.optional() })
  .refine(
    ({ user_id: userId, org_id: orgId }) => orgId === undefined || (userId !== undefined && userId !== EVERYONE),
    {
      path: ['org_id'],
      error: 'must come with the user_id of one user',
    },
  );
export const logoutSchema = z.strictObject({
  user_id: userIdSchema,
  /** Of this organisation only; without it, of every inbox. */
  org_id: userIdSchema.optional(),
  forget_devices: z.boolean({ error: 'must be true or false' }).default(false),
});

const carried = () => z.string().refine(isCarriedText, { error: 'must be well-formed Unicode' });

/** The envelope, as EventBridge makes it; `ingested_at` is added by our rule because `time` has whole seconds only. */
export const envelopeSchema = z.object({
  id: carried().min(1).max(256),
  'detail-type': z.string(),
  source: carried().max(256).optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  ingested_at: z.iso.datetime({ offset: true }).optional(),
  detail: z.unknown(),
  /** Set by rules that map other systems' events: what replaces `{name}` in title and message. */
  template_values: z.unknown().optional(),
  /**
   * Set by those rules: false where the mapping names one user, so that an unset field, the nil UUID, reaches nobody.
   */
  may_reach_everyone: z.boolean().optional(),
});

/** One of the requests of an event, with an id of its own made from the event's. */
export type ParsedRequest =
  | { eventId: string; request: z.output<typeof requestSchema> }
  | { rejection: Rejection; detail: unknown };

export type ParsedEvent =
  | { type: 'requests'; source: string; acceptedAtMs: number | undefined; requests: ParsedRequest[] }
  | {
      type: 'notification.requested';
      source: string;
      eventId: string;
      acceptedAtMs: number | undefined;
      request: z.output<typeof requestSchema>;
    }
  | { type: 'notification.cancelled'; source: string; eventId: string; acceptedAtMs: number | undefined; id: string }
  | {
      type: 'notification.recalled';
      source: string;
      eventId: string;
      acceptedAtMs: number | undefined;
      id: string;
      userId: string | undefined;
      orgId: string | undefined;
    }
  | {
      type: 'user.logged_out';
      eventId: string;
      acceptedAtMs: number | undefined;
      userId: string;
      orgId: string | undefined;
      forgetDevices: boolean;
    };

/** Why an event cannot be carried out: the field at fault, a path such as `user_ids[3]`, and what is wrong with it. */
export interface Rejection {
  field: string;
  reason: string;
}

/** Reads one message body. Gives the event, or the first thing wrong with it. Never throws. */
export function parseEvent(body: string): { event: ParsedEvent } | { rejection: Rejection } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { rejection: { field: 'body', reason: 'is not JSON' } };
  }
  const envelope = envelopeSchema.safeParse(json, { reportInput: true });
  if (!envelope.success) return { rejection: rejectionOf(envelope.error, 'body') };
  const { id: eventId, source = '' } = envelope.data;
  const detail = withoutNulls(envelope.data.detail);
  const type = envelope.data['detail-type'];
  const accepted = envelope.data.ingested_at ?? envelope.data.time;
  const acceptedAtMs = accepted === undefined ? undefined : Date.parse(accepted);
  switch (type) {
    case 'notification.requested': {
      if (isJsonObject(detail) && Object.hasOwn(detail, 'requests')) {
        return parseRequests(detail, { source, eventId, acceptedAtMs });
      }
      const parsed = parseRequest(withTexts(detail, envelope.data.template_values));
      if ('rejection' in parsed) return parsed;
      const { request } = parsed;
      if (envelope.data.may_reach_everyone === false && request.user_id === EVERYONE)
        return { rejection: NOT_EVERYONE };
      return { event: { type, source, eventId, acceptedAtMs, request } };
    }
    case 'notification.cancelled': {
      const cancellation = cancellationSchema.safeParse(detail, { reportInput: true });
      if (!cancellation.success) return { rejection: rejectionOf(cancellation.error, 'detail') };
      return { event: { type, source, eventId, acceptedAtMs, id: cancellation.data.id } };
    }
    case 'notification.recalled': {
      const recall = recallSchema.safeParse(detail, { reportInput: true });
      if (!recall.success) return { rejection: rejectionOf(recall.error, 'detail') };
      const { id, user_id: userId, org_id: orgId } = recall.data;
      return { event: { type, source, eventId, acceptedAtMs, id, userId, orgId } };
    }
    case 'user.logged_out': {
      const logout = logoutSchema.safeParse(detail, { reportInput: true });
      if (!logout.success) return { rejection: rejectionOf(logout.error, 'detail') };
      const { user_id: userId, org_id: orgId, forget_devices: forgetDevices } = logout.data;
      return { event: { type, eventId, acceptedAtMs, userId, orgId, forgetDevices } };
    }
    default:
      return { rejection: { field: 'detail-type', reason: unknownDetailType(type) } };
  }
}

const NOT_EVERYONE: Rejection = {
  field: 'user_id',
  reason: 'must name one user: the nil UUID means everyone, which a mapping must allow with everyone: true',
};

/** What to say of a detail type nobody takes; `others`: those that rules of the stack map. */
export function unknownDetailType(type: string, others: readonly string[] = []): string {
  const known = [...DETAIL_TYPES, ...others];
  const meant = closest(type, known);
  return meant ? `unknown detail type, did you mean ${meant}?` : `unknown detail type; use one of ${known.join(', ')}`;
}

/** The detail of a `notification.requested` event. */
export function parseRequest(detail: unknown): { request: z.output<typeof requestSchema> } | { rejection: Rejection } {
  // The payload is looked at by its own schema.
  const { payload: _payload, ...rest } = isJsonObject(detail) ? detail : { detail };
  const problem = isJsonObject(detail) ? jsonProblem(rest) : undefined;
  if (problem) return { rejection: { field: fieldPath(problem.path) || 'detail', reason: problem.reason } };
  const request = requestSchema.safeParse(detail, { reportInput: true });
  return request.success ? { request: request.data } : { rejection: rejectionOf(request.error, 'detail') };
}

/** Several requests in one event: each by itself, valid or not. */
function parseRequests(
  detail: Record<string, unknown>,
  event: { source: string; eventId: string; acceptedAtMs: number | undefined },
): { event: ParsedEvent } | { rejection: Rejection } {
  const { requests, ...others } = detail;
  const [other] = Object.keys(others);
  if (other !== undefined)
    return { rejection: { field: other, reason: 'must not come with requests: put it into each' } };
  if (!Array.isArray(requests) || requests.length === 0 || requests.length > REQUESTS_PER_EVENT_MAX) {
    const reason = `must be a list of 1 to ${REQUESTS_PER_EVENT_MAX} requests`;
    return { rejection: { field: 'requests', reason } };
  }
  const parsed = requests.map((one, at): ParsedRequest => {
    const found = parseRequest(withoutNulls(one));
    if ('request' in found) return { eventId: `${event.eventId}.${at}`, request: found.request };
    const { field, reason } = found.rejection;
    return {
      rejection: { field: field === 'detail' ? `requests[${at}]` : `requests[${at}].${field}`, reason },
      detail: one,
    };
  });
  const { source, acceptedAtMs } = event;
  return { event: { type: 'requests', source, acceptedAtMs, requests: parsed } };
}

/** The first issue of a schema error, as a field path and a reason; `whole` names the value itself. */
export function rejectionOf(error: z.ZodError, whole: string): Rejection {
  const issue = error.issues[0];
  if (!issue) return { field: whole, reason: 'is not valid' };
  if (issue.code === 'unrecognized_keys') {
    const field = fieldPath([...issue.path, issue.keys[0] ?? '']);
    return { field, reason: 'is not a known field; remove it or correct its name' };
  }
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return { field: fieldPath(issue.path) || whole, reason: missing ? `is missing: ${issue.message}` : issue.message };
}

/** Only a rule can write the envelope, so a producer's own braces stay what they are. */
function withTexts(detail: unknown, values: unknown): unknown {
  if (values === undefined || typeof detail !== 'object' || detail === null) return detail;
  const { title, message, topic, user_ids } = detail as Record<string, unknown>;
  return {
    ...detail,
    // An event may name one user where others name several.
    ...(typeof user_ids === 'string' && { user_ids: [user_ids] }),
    ...(typeof topic === 'string' && { topic: fillText(topic, values, TOPIC_MAX_CHARACTERS) }),
    ...(typeof title === 'string' && { title: fillText(title, values, TITLE_MAX_CHARACTERS) }),
    ...(typeof message === 'string' && { message: fillText(message, values, MESSAGE_MAX_CHARACTERS) }),
  };
}

/** Many producers write an absent optional as null; both mean the same. */
export function withoutNulls(detail: unknown): unknown {
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) return detail;
  return Object.fromEntries(Object.entries(detail).filter(([, value]) => value !== null));
}

export function fieldPath(path: readonly PropertyKey[]): string {
  return path.map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at ? '.' : ''}${String(key)}`)).join('');
}
