// What is kept of one event of the bus: its facts, its steps, and its state.

import { inboxId } from '../../protocol/inbox-id.ts';
import type { CallError, HistoryCall, Rejection, Step } from '../../protocol/local/history.ts';
import { EVERYONE } from '../../protocol/user-id.ts';
import type { BusEvent } from '../events/event-entry.ts';
import { stringifyExact } from '../events/exact-json.ts';
import { isObject } from '../is-object.ts';

/** A message of a queue that is not done with. */
export interface OpenMessage {
  queueArn: string;
  /** Hidden until then; undefined while it can be received or is being worked on. */
  hiddenUntilMs: number | undefined;
  /** Received so often already. */
  receives: number;
  hasFailed: boolean;
}

export interface Trace {
  readonly id: string;
  readonly order: number;
  readonly atMs: number;
  readonly source: string;
  readonly detailType: string;
  /** JSON text, cut. */
  readonly detail: string;
  readonly facts: Facts;
  steps: Step[];
  calls: HistoryCall[];
  leftOut: number;
  /** Keys under which the index finds it. */
  keys: string[];
  requestIds: Set<string>;
  open: Map<string, OpenMessage>;
  running: Set<string>;
  /** Schedules that will put a message on a queue. */
  schedules: Map<string, number>;
  notificationIds: string[];
  stored: number;
  /** Why the last one that was stored is withheld: `last_error` of its row. */
  withheld: string | undefined;
  alreadyStored: boolean;
  /** It is in a digest, which another event's notification may bring. */
  isDigested: boolean;
  snoozedUntilMs: number | undefined;
  /** By connection: how often the frame was taken, or -1 when it is gone, -2 when it failed. */
  connections: Map<string, number>;
  sent: number;
  gone: number;
  refused: number;
  maxSends: number;
  /** By target, an endpoint's ARN or a phone's token: whether the push got through. */
  pushes: Map<string, boolean>;
  tookMs: number | undefined;
  attempts: number;
  maxAttempts: number;
  error: CallError | undefined;
  /** The first of its requests that was rejected, or the whole of it. */
  rejection: Rejection | undefined;
  /** How many of its requests were rejected, each for itself. */
  rejectedRequests: number;
  isDeadLettered: boolean;
  isCancelled: boolean;
  isRecalled: boolean;
  acknowledgedMs: number | undefined;
  readMs: number | undefined;
  duplicateOf: string | undefined;
  /** What AWS would bill for it, as far as its calls and invocations can be attributed to it. */
  dollars: number;
  /** An estimate of the memory it takes. */
  bytes: number;
}

export interface Facts {
  isRequest: boolean;
  notificationType: string;
  title: string;
  priority: string;
  requiresAck: boolean;
  isStored: boolean;
  producerId: string | undefined;
  userIds: string[];
  orgId: string | undefined;
  topic: string | undefined;
  isForEveryone: boolean;
  requests: number;
  dueMs: number | undefined;
  /** It waits for the user to be present, until then. */
  presentUntilMs: number | undefined;
  expiresMs: number | undefined;
}

const DETAIL_CHARACTERS = 64 * 1024;
/** Our choice: the first recipients are enough to tell notifications of one batch apart. */
const USER_IDS_KEPT = 100;

export function newTrace(event: BusEvent, order: number, atMs: number): Trace {
  const detail = stringifyExact(event.detail);
  return {
    id: event.id,
    order,
    atMs,
    source: event.source,
    detailType: event['detail-type'],
    detail: detail.slice(0, DETAIL_CHARACTERS),
    facts: factsOf(event),
    steps: [],
    calls: [],
    leftOut: 0,
    keys: [],
    requestIds: new Set(),
    open: new Map(),
    running: new Set(),
    schedules: new Map(),
    notificationIds: [],
    stored: 0,
    withheld: undefined,
    alreadyStored: false,
    isDigested: false,
    snoozedUntilMs: undefined,
    connections: new Map(),
    sent: 0,
    gone: 0,
    refused: 0,
    maxSends: 0,
    pushes: new Map(),
    tookMs: undefined,
    attempts: 0,
    maxAttempts: 0,
    error: undefined,
    rejection: undefined,
    rejectedRequests: 0,
    isDeadLettered: false,
    isCancelled: false,
    isRecalled: false,
    acknowledgedMs: undefined,
    readMs: undefined,
    duplicateOf: undefined,
    dollars: 0,
    bytes: 2_000 + 2 * Math.min(detail.length, DETAIL_CHARACTERS),
  };
}

/** Reads what it can: the event may be anything, and one that is wrong is the one people look for. */
function factsOf(event: BusEvent): Facts {
  const { detail } = event;
  const requests: Record<string, unknown>[] = Array.isArray(detail.requests)
    ? detail.requests.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null)
    : [detail];
  const [first = {}] = requests;
  const userIds = requests.flatMap(({ user_id: one, user_ids: many }) =>
    [one, ...(Array.isArray(many) ? many : [])].filter((id): id is string => typeof id === 'string'),
  );
  return {
    isRequest: event['detail-type'] === 'notification.requested',
    notificationType: text(first.notification_type) ?? event['detail-type'],
    title: requests.length > 1 ? `${requests.length} requests: ${titleOf(first, event)}` : titleOf(first, event),
    priority: text(first.priority) ?? 'normal',
    requiresAck: first.requires_ack === true,
    isStored: first.store !== false && first.topic === undefined,
    producerId: text(first.id),
    userIds: userIds.filter((id) => id !== EVERYONE),
    orgId: text(first.org_id),
    topic: text(first.topic),
    isForEveryone: userIds.includes(EVERYONE),
    requests: requests.length,
    dueMs: time(first.deliver_at),
    presentUntilMs: isObject(first.deliver_when) ? time(first.deliver_when.until) : undefined,
    expiresMs: time(first.expires_at),
  };
}

const titleOf = (request: Record<string, unknown>, event: BusEvent): string =>
  text(request.title) ?? text(request.notification_type) ?? event['detail-type'];

/** The inboxes that are compared with a call's content: what is stored and looked up is by inbox. */
export const knownInboxes = ({ facts }: Trace): string[] =>
  facts.userIds.slice(0, USER_IDS_KEPT).map((userId) => inboxId(userId, facts.orgId));

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, 300) : undefined;

function time(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Our choice: a broadcast to thousands is shown by its counts, with its first steps as examples. */
const STEPS_KEPT = 400;
const CALLS_KEPT = 200;

export function addStep(trace: Trace, step: Step): Step {
  if (trace.steps.length >= STEPS_KEPT) trace.leftOut++;
  else {
    trace.steps.push(step);
    trace.bytes += 300 + 2 * (step.payload?.length ?? 0);
  }
  return step;
}

export function addCall(trace: Trace, call: HistoryCall): void {
  if (trace.calls.length >= CALLS_KEPT) trace.leftOut++;
  else {
    trace.calls.push(call);
    trace.bytes += 200;
  }
}
