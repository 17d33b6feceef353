// What producers put on the bus, as the rule hands it to the dispatch queue, and what is known of each event
// afterwards.
import { toTimestamp } from '../../protocol/timestamp.ts';
import { EVERYONE } from '../../protocol/user-id.ts';
import { type Audience, type RequestOp, userName } from './plan.ts';
import type { World } from './world.ts';

export interface Sent {
  op: RequestOp;
  acceptedAtMs: number;
  /** Of the last event that asked for it. */
  lastAcceptedAtMs: number;
  dueMs: number;
  expiresAtMs: number;
  eventId: string;
  detail: object;
  /** Of its first event. */
  body: string;
  /** Bodies of its events, repeats included. */
  messageIds: string[];
}
export interface SentCancel {
  /** The id that is withdrawn: of a producer, or of an event. */
  id: string;
  acceptedAtMs: number;
  messageIds: string[];
}
export interface SentLogout {
  user: string;
  acceptedAtMs: number;
  messageIds: string[];
}

export interface Producer {
  requests: Map<string, Sent>;
  cancels: SentCancel[];
  logouts: SentLogout[];
  invalid: string[];
  request(op: RequestOp): void;
  repeat(of: string, isSameEvent: boolean): void;
  cancel(of: string): void;
  sendInvalid(key: string): void;
  logOut(user: string): void;
}

const SOURCE = 'simulator';

export function createProducer({ time, random, memory, trace }: World): Producer {
  const requests = new Map<string, Sent>();
  const cancels: SentCancel[] = [];
  const logouts: SentLogout[] = [];
  const invalid: string[] = [];

  /** The bus takes it in now; the rule puts it on the queue a moment later. */
  const put = (type: string, detail: object, messageIds: string[], name: string) => {
    const eventId = `event-${name}-${time.now()}`;
    const at = toTimestamp(time.now());
    const event = {
      id: eventId,
      'detail-type': type,
      source: SOURCE,
      time: `${at.slice(0, 19)}Z`,
      ingested_at: at,
      detail,
    };
    const body = JSON.stringify(event);
    enqueue(body, messageIds);
    return { eventId, body };
  };
  const enqueue = (body: string, messageIds: string[]) =>
    time.after(random.fork(body).exponential(15), () => void messageIds.push(memory.queues.dispatch.send(body).id));

  return {
    requests,
    cancels,
    logouts,
    invalid,
    request(op) {
      const acceptedAtMs = time.now();
      const deliverAtMs = acceptedAtMs + (op.deliverInMs ?? 0);
      const expiresAtMs = acceptedAtMs + (op.expiresInMs ?? Number.POSITIVE_INFINITY);
      const detail = {
        ...audienceOf(op.audience),
        notification_type: op.type,
        title: op.key,
        message: 'M',
        priority: op.priority,
        ...(op.id !== undefined && { id: op.id }),
        ...(!op.isStored && { store: false }),
        ...(op.claimSeconds !== undefined && { claim: { expires_seconds: op.claimSeconds } }),
        ...(op.requiresAck && { requires_ack: true }),
        ...(op.digest && { digest: digestOf(op.digest) }),
        ...(op.deliverInMs !== undefined && { deliver_at: toTimestamp(deliverAtMs) }),
        ...(op.expiresInMs !== undefined && { expires_at: toTimestamp(expiresAtMs) }),
      };
      trace.note(() => `request ${op.key}: ${JSON.stringify(detail)}`);
      const messageIds: string[] = [];
      const event = put('notification.requested', detail, messageIds, op.key);
      const dueMs = Math.max(acceptedAtMs, deliverAtMs);
      requests.set(op.key, {
        op,
        acceptedAtMs,
        lastAcceptedAtMs: acceptedAtMs,
        dueMs,
        expiresAtMs,
        detail,
        messageIds,
        ...event,
      });
    },
    repeat(of, isSameEvent) {
      const sent = requests.get(of);
      if (sent === undefined || (!isSameEvent && sent.op.id === undefined)) return;
      trace.note(() => `request ${of} again${isSameEvent ? ', the same event' : ''}`);
      if (isSameEvent) return enqueue(sent.body, sent.messageIds);
      sent.lastAcceptedAtMs = time.now();
      put('notification.requested', sent.detail, sent.messageIds, of);
    },
    cancel(of) {
      const sent = requests.get(of);
      if (sent === undefined) return;
      const cancel: SentCancel = { id: sent.op.id ?? sent.eventId, acceptedAtMs: time.now(), messageIds: [] };
      cancels.push(cancel);
      trace.note(() => `cancel ${of}`);
      put('notification.cancelled', { id: cancel.id }, cancel.messageIds, `cancel-${of}`);
    },
    sendInvalid(key) {
      invalid.push(key);
      put('notification.requested', { user_id: 'user-0', title: key, message: 'M' }, [], key);
    },
    logOut(user) {
      const logout: SentLogout = { user, acceptedAtMs: time.now(), messageIds: [] };
      logouts.push(logout);
      trace.note(() => `${user} logs out`);
      put('user.logged_out', { user_id: user }, logout.messageIds, `logout-${user}`);
    },
  };
}

const digestOf = ({ key, windowSeconds, isLeading }: NonNullable<RequestOp['digest']>) => ({
  key,
  window_seconds: windowSeconds,
  title: `digest ${key} of {count}`,
  message: 'M',
  leading: isLeading,
});

function audienceOf(audience: Audience): object {
  if (audience === 'everyone') return { user_id: EVERYONE };
  if ('topic' in audience) return { topic: audience.topic };
  if ('users' in audience) return { user_ids: audience.users.map(userName) };
  return { user_id: userName(audience.user) };
}

/** Who gets it; undefined: everyone. */
export function usersOf(audience: Audience): string[] | undefined {
  if (audience === 'everyone') return undefined;
  if ('users' in audience) return audience.users.map(userName);
  if ('user' in audience) return [userName(audience.user)];
  return audience.topic.startsWith('wal:') ? [audience.topic.slice('wal:'.length)] : undefined;
}
