// The form of the Send drawer, and the event it makes.
import { EVERYONE } from '../../protocol/user-id.ts';

export interface Draft {
  to: 'user' | 'users' | 'topic' | 'everyone';
  userId: string;
  /** Of the user or users; empty: none. */
  orgId: string;
  /** Separated by commas, spaces or lines. */
  userIds: string;
  topic: string;
  type: string;
  title: string;
  message: string;
  priority: 'normal' | 'high' | 'critical';
  deliver: 'now' | 'hour' | 'at';
  /** As `datetime-local` has it, in UTC. */
  deliverAt: string;
  expiresAt: string;
  /** JSON text, as typed. */
  payload: string;
  requiresAck: boolean;
  isLiveOnly: boolean;
  /** The producer's own id. */
  id: string;
  /** Fields of a request that the form does not have, such as `claim`: they are sent on as they are. */
  others?: Record<string, unknown>;
  /** The message of the rejected queue that this one replaces once it is accepted. */
  replaces?: string;
}

const FORM_FIELDS = new Set([
  'id',
  'user_id',
  'user_ids',
  'org_id',
  'topic',
  'notification_type',
  'title',
  'message',
  'priority',
  'requires_ack',
  'deliver_at',
  'expires_at',
  'store',
  'payload',
]);

const EMPTY: Draft = {
  to: 'user',
  userId: 'alice',
  orgId: '',
  userIds: 'alice, bob',
  topic: 'chat:42',
  type: 'system',
  title: 'Your build is ready',
  message: 'Build 1042 passed.',
  priority: 'normal',
  deliver: 'now',
  deliverAt: '',
  expiresAt: '',
  payload: '{\n  "url": "/builds/1042"\n}',
  requiresAck: false,
  isLiveOnly: false,
  id: '',
};

export const newDraft = (change: Partial<Draft> = {}): Draft => ({ ...EMPTY, ...change });

export const userIdsOf = (text: string): string[] => text.split(/[\s,]+/).filter((id) => id !== '');

/** The Detail without the payload; what stays at its default is left out. */
export function detailOf(draft: Draft, nowMs: number): Record<string, unknown> {
  const { to, deliver, isLiveOnly } = draft;
  const deliverAt = deliver === 'hour' ? iso(nowMs + 3_600_000) : deliver === 'at' ? utc(draft.deliverAt) : undefined;
  return {
    ...(draft.id !== '' && { id: draft.id }),
    ...(to === 'user' && { user_id: draft.userId }),
    ...(to === 'users' && { user_ids: userIdsOf(draft.userIds) }),
    ...((to === 'user' || to === 'users') && draft.orgId !== '' && { org_id: draft.orgId }),
    ...(to === 'topic' && { topic: draft.topic }),
    ...(to === 'everyone' && { user_id: EVERYONE }),
    notification_type: draft.type,
    ...(draft.title !== '' && { title: draft.title }),
    ...(draft.message !== '' && { message: draft.message }),
    ...(draft.priority !== 'normal' && { priority: draft.priority }),
    ...(draft.requiresAck && { requires_ack: true }),
    ...(deliverAt !== undefined && { deliver_at: deliverAt }),
    ...(draft.expiresAt !== '' && { expires_at: utc(draft.expiresAt) }),
    ...(isLiveOnly && { store: false }),
    ...draft.others,
  };
}

/** JSON text with the payload as it was typed, so that no number changes on the way. */
export function detailJson(draft: Draft, nowMs: number): string {
  const rest = JSON.stringify(detailOf(draft, nowMs));
  const payload = draft.payload.trim();
  return payload === '' ? rest : `${rest.slice(0, -1)},"payload":${payload}}`;
}

/** The form for an event that was sent; undefined when its Detail is not readable. */
export function draftOf(json: string): Draft | undefined {
  let detail: Record<string, unknown>;
  try {
    detail = JSON.parse(json) as Record<string, unknown>;
    // What is rejected out of several requests is kept alone.
    if (Array.isArray(detail.requests) && detail.requests.length === 1) detail = detail.requests[0];
  } catch {
    return undefined; // Too long to be kept whole.
  }
  if (typeof detail !== 'object' || detail === null || 'requests' in detail) return undefined;
  const text = (name: string, otherwise = '') => (typeof detail[name] === 'string' ? detail[name] : otherwise);
  const priority = text('priority', 'normal');
  const isEveryone = detail.user_id === EVERYONE;
  const { user_ids: userIds, payload } = detail;
  const others = Object.entries(detail).filter(([name]) => !FORM_FIELDS.has(name));
  return {
    ...EMPTY,
    to: isEveryone ? 'everyone' : Array.isArray(userIds) ? 'users' : 'topic' in detail ? 'topic' : 'user',
    userId: isEveryone ? '' : text('user_id'),
    userIds: Array.isArray(userIds) ? userIds.join(', ') : '',
    orgId: text('org_id'),
    topic: text('topic'),
    type: text('notification_type'),
    title: text('title'),
    message: text('message'),
    priority: priority === 'high' || priority === 'critical' ? priority : 'normal',
    deliver: 'deliver_at' in detail ? 'at' : 'now',
    deliverAt: local(text('deliver_at')),
    expiresAt: local(text('expires_at')),
    payload: payload === undefined ? '' : JSON.stringify(payload, null, 2),
    requiresAck: detail.requires_ack === true,
    isLiveOnly: detail.store === false && !('topic' in detail),
    id: text('id'),
    ...(others.length > 0 && { others: Object.fromEntries(others) }),
  };
}

const iso = (ms: number) => new Date(ms).toISOString();

/** `2026-11-21T15:30` is meant in UTC; what is no time goes as it is, for the schema to refuse. */
function utc(text: string): string {
  const ms = Date.parse(`${text}Z`);
  return Number.isNaN(ms) ? text : iso(ms);
}

const local = (text: string) => (Number.isNaN(Date.parse(text)) ? '' : iso(Date.parse(text)).slice(0, 19));
