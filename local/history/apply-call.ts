// What one AWS call of a function did for one event: stored, sent, posted, published, scheduled.
import type { CallError, Step } from '../../protocol/local/history.ts';
import { AnswerLost, AwsError } from '../aws/aws-error.ts';
import { postedFrame, type SentMessage, sentMessages, storedItems } from './call-content.ts';
import type { HistoryDeps } from './history-deps.ts';
import { ownerOf } from './recording.ts';
import type { ObservedCall } from './taps.ts';
import { addStep, type Trace } from './trace.ts';
import { waitOf } from './wait-of.ts';

/** Enough to find every notification of a request to some users by its id. */
const NOTIFICATION_IDS_KEPT = 1_000;
const CONNECTIONS_KEPT = 2_000;

export function errorOf(call: ObservedCall): CallError | undefined {
  const { error, service, operation } = call;
  if (error === undefined) return undefined;
  const message = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof AwsError ? error.code : error instanceof AnswerLost ? 'TimeoutError' : 'InternalFailure';
  const isInjected = error instanceof AnswerLost || message.includes('injected fault');
  return { service, operation, code, message, function: call.function, is_injected: isInjected };
}

/** Answers that functions expect and deal with. */
export const isExpected = ({ code }: CallError): boolean =>
  code === 'GoneException' || code === 'ConditionalCheckFailedException';

export function applyStore(
  trace: Trace,
  call: ObservedCall,
  item: { id: string; text: string; withheld: string | undefined },
  deps: HistoryDeps,
): void {
  const error = errorOf(call);
  const base = { at_ms: call.startedMs, ms: call.ms, payload: item.text };
  if (error?.code === 'ConditionalCheckFailedException') {
    trace.alreadyStored = true;
    addStep(trace, { kind: 'already_stored', state: 'skipped', ...base });
    return;
  }
  if (error) return void addStep(trace, { kind: 'stored', state: 'failed', ...base, error });
  if (trace.notificationIds.includes(item.id)) return;
  trace.stored++;
  trace.withheld = item.withheld;
  if (trace.notificationIds.length < NOTIFICATION_IDS_KEPT) {
    trace.notificationIds.push(item.id);
    deps.traces.index(item.id, trace);
  }
  took(trace, call);
  addStep(trace, { kind: 'stored', state: 'done', ...base, count: trace.stored });
}

/** A frame to one connection. */
export function applyPost(trace: Trace, call: ObservedCall, deps: HistoryDeps): void {
  const frame = postedFrame(call)!;
  const error = errorOf(call);
  // Other frames, such as a count after a change of read state or a removal, are no delivery.
  if (/^(notifications?|event)$/.test(frame.type)) countPost(trace, call, frame.connectionId, error);
  else if (frame.type === 'unread_count') return;
  addStep(trace, {
    kind: 'posted',
    state: error ? (error.code === 'GoneException' ? 'skipped' : 'failed') : 'done',
    at_ms: call.startedMs,
    ms: call.ms,
    name: frame.connectionId,
    ...ownerOf(deps.inboxOf(frame.connectionId)),
    frame_type: frame.type,
    payload: frame.text,
    ...(frame.unreadCount !== undefined && { unread_count: frame.unreadCount }),
    ...(error && { error }),
  });
}

function countPost(trace: Trace, call: ObservedCall, connectionId: string, error: CallError | undefined): void {
  const before = trace.connections.get(connectionId) ?? 0;
  const isGone = error?.code === 'GoneException';
  if (trace.connections.size < CONNECTIONS_KEPT || before !== 0) {
    trace.connections.set(connectionId, error ? (isGone ? -1 : -2) : Math.max(0, before) + 1);
  }
  if (before === -2) trace.refused--;
  if (error && before <= 0 && before !== -1) isGone ? trace.gone++ : trace.refused++;
  if (!error && before <= 0) {
    trace.sent++;
    took(trace, call);
  }
  if (!error) trace.maxSends = Math.max(trace.maxSends, before + 1);
}

export function applyPublish(trace: Trace, call: ObservedCall, deps: HistoryDeps): void {
  const error = errorOf(call);
  const target = String(call.input.TargetArn ?? call.input.TopicArn ?? '');
  const phone = deps.phoneOf(target);
  // A push to a topic goes to the devices that are subscribed to it; each of them is counted when it arrives.
  if (phone || error) trace.pushes.set(phone?.token ?? target, error === undefined);
  if (!error) {
    trace.pushes.delete(phone ? '' : target);
    if (call.result?.MessageId !== undefined) deps.traces.index(`push ${call.result.MessageId}`, trace);
    took(trace, call);
  }
  addStep(trace, {
    kind: 'published',
    state: error ? 'failed' : 'done',
    at_ms: call.startedMs,
    ms: call.ms,
    name: phone ? phone.platform : 'topic',
    ...ownerOf(phone?.inbox),
    payload: String(call.input.Message ?? ''),
    ...(error && { error }),
  });
}

export function applySend(trace: Trace, call: ObservedCall, message: SentMessage, deps: HistoryDeps): void {
  const queue = deps.queue(message.queueUrl);
  if (!queue) return;
  const atMs = call.startedMs;
  deps.traces.index(message.messageId, trace);
  if (queue.role === 'rejected') {
    const { field = 'event', reason = 'is not valid' } = message.attributes;
    // One of several requests is rejected alone; the others go on.
    if (/^requests\[/.test(field)) trace.rejectedRequests++;
    trace.rejection ??= { field, reason };
    took(trace, call);
    addStep(trace, {
      kind: 'rejected',
      state: 'failed',
      at_ms: atMs,
      ms: call.ms,
      name: queue.label,
      rejection: { field, reason },
    });
    return;
  }
  if (queue.role === 'dead_letter') {
    deadLettered(trace, atMs, queue.label);
    return;
  }
  const hiddenUntilMs = message.delaySeconds > 0 ? deps.now() + message.delaySeconds * 1000 : undefined;
  trace.open.set(message.messageId, { queueArn: queue.arn, hiddenUntilMs, receives: 0, hasFailed: false });
  addStep(trace, {
    kind: hiddenUntilMs === undefined ? 'queued' : 'waiting',
    state: hiddenUntilMs === undefined ? 'done' : 'waiting',
    at_ms: atMs,
    ms: call.ms,
    name: queue.label,
    payload: message.body,
    ...(hiddenUntilMs !== undefined && { until_ms: hiddenUntilMs, ...waitOf(trace, message.body) }),
  });
}

export function deadLettered(trace: Trace, atMs: number, queue: string): void {
  trace.isDeadLettered = true;
  trace.tookMs = atMs - trace.atMs;
  addStep(trace, {
    kind: 'dead_lettered',
    state: 'failed',
    at_ms: atMs,
    name: queue,
    ...(trace.error && { error: trace.error }),
  });
}

export function applySchedule(trace: Trace, call: ObservedCall, deps: HistoryDeps): void {
  const { operation, input, result } = call;
  const name = String(input.Name);
  if (operation === 'DeleteSchedule') {
    trace.schedules.delete(name);
    return;
  }
  if (result === undefined) return;
  const dueMs = deps.scheduleDue(String(result.ScheduleArn)) ?? deps.now();
  trace.schedules.set(name, dueMs);
  deps.traces.index(`schedule ${name}`, trace);
  if (typeof input.Target?.Input === 'string') deps.traces.index(`input ${input.Target.Input}`, trace);
  const wait = waitOf(trace, input.Target?.Input);
  addStep(trace, {
    kind: 'scheduled',
    state: 'waiting',
    at_ms: call.startedMs,
    ms: call.ms,
    name,
    until_ms: dueMs,
    ...wait,
  });
}

/** What a call to one event's share of it may be; the caller knows which event that is. */
export const contentOf = (call: ObservedCall) => ({
  items: storedItems(call),
  messages: sentMessages(call),
  frame: postedFrame(call),
  isPublish: call.service === 'sns' && call.operation === 'Publish',
  isSchedule: call.service === 'scheduler' && /^(Create|Update|Delete)Schedule$/.test(call.operation),
});

function took(trace: Trace, call: ObservedCall): void {
  const fromMs = Math.max(trace.atMs, trace.facts.dueMs ?? 0);
  trace.tookMs = Math.max(0, call.startedMs + call.ms - fromMs);
}
