// The state of an event, as its row in the feed shows it.
import type { Audience, HistoryRow, Outcome, Place } from '../../protocol/local/history.ts';
import type { OpenMessage, Trace } from './trace.ts';

export function rowOf(trace: Trace, nowMs: number): HistoryRow {
  const { facts } = trace;
  const outcome = outcomeOf(trace, nowMs);
  return {
    id: trace.id,
    order: trace.order,
    at_ms: trace.atMs,
    source: trace.source,
    detail_type: trace.detailType,
    notification_type: facts.notificationType,
    title: facts.title,
    priority: facts.priority,
    requires_ack: facts.requiresAck,
    is_stored: facts.isStored,
    audience: audienceOf(trace),
    outcome,
    ...placesOf(trace, outcome),
    took_ms: trace.tookMs ?? null,
    attempts: trace.attempts,
    max_attempts: trace.maxAttempts,
    next_ms: nextMs(trace, outcome) ?? null,
    due_ms: facts.dueMs ?? null,
    is_acknowledged: trace.acknowledgedMs !== undefined,
    sends: trace.maxSends,
    read_after_ms: trace.readMs === undefined ? null : trace.readMs - trace.atMs,
    duplicate_of: trace.duplicateOf ?? null,
    requests: facts.requests,
    rejection: trace.rejection ?? null,
    error: trace.error ?? null,
  };
}

function outcomeOf(trace: Trace, nowMs: number): Outcome {
  const { facts } = trace;
  const pushes = pushCounts(trace);
  const open = [...trace.open.values()];
  if (trace.isRecalled) return 'recalled';
  if (trace.rejection && (trace.rejectedRequests === 0 || trace.rejectedRequests >= facts.requests)) return 'rejected';
  if (trace.isDeadLettered) return 'failed';
  if (open.some(({ hasFailed }) => hasFailed)) return 'retrying';
  if (trace.isCancelled) return 'cancelled';
  const isBusy = trace.running.size > 0 || open.some(({ hiddenUntilMs }) => hiddenUntilMs === undefined);
  if (isBusy) return trace.attempts > 0 || trace.stored > 0 ? 'sending' : 'queued';
  if (trace.snoozedUntilMs !== undefined && trace.snoozedUntilMs > nowMs) return 'snoozed';
  if (trace.sent > 0) return 'delivered';
  if (pushes.done > 0) return 'pushed';
  if (trace.isDigested && trace.stored === 0) return 'digested';
  if (trace.schedules.size > 0 || (open.length > 0 && trace.stored === 0)) {
    const isDue = facts.dueMs === undefined || facts.dueMs <= nowMs;
    return facts.presentUntilMs !== undefined && isDue ? 'waiting' : 'scheduled';
  }
  if (pushes.failed > 0) return 'inbox';
  if (trace.stored > 0 && trace.withheld === 'muted') return 'muted';
  if (trace.stored > 0) return open.length > 0 ? 'held' : 'inbox';
  if (trace.duplicateOf !== undefined || trace.alreadyStored) return 'duplicate';
  if (trace.attempts === 0) return 'queued';
  if (!facts.isRequest) return 'processed';
  if (facts.expiresMs !== undefined && facts.expiresMs <= nowMs) return 'expired';
  return facts.isStored ? 'processed' : 'live';
}

function nextMs(trace: Trace, outcome: Outcome): number | undefined {
  const open = [...trace.open.values()];
  const of = (messages: OpenMessage[]) =>
    messages.flatMap(({ hiddenUntilMs }) => (hiddenUntilMs === undefined ? [] : [hiddenUntilMs]));
  if (outcome === 'retrying') return least(of(open.filter(({ hasFailed }) => hasFailed)));
  if (outcome === 'waiting') return trace.facts.presentUntilMs;
  if (outcome === 'snoozed') return trace.snoozedUntilMs;
  if (outcome === 'scheduled') return trace.facts.dueMs ?? least([...of(open), ...trace.schedules.values()]);
  return least(of(open));
}

const least = (times: number[]): number | undefined => (times.length === 0 ? undefined : Math.min(...times));

function placesOf(trace: Trace, outcome: Outcome): { inbox: Place; sockets: Place; phones: Place } {
  const { facts } = trace;
  const pushes = pushCounts(trace);
  const isPending =
    outcome === 'queued' ||
    outcome === 'sending' ||
    outcome === 'scheduled' ||
    outcome === 'waiting' ||
    outcome === 'retrying';
  const isLost = outcome === 'failed' || outcome === 'rejected';
  const place = (done: number, failed: number, isWanted: boolean): Place => {
    if (done > 0) return { state: 'done', done, failed };
    if (failed > 0) return { state: isPending ? 'waiting' : 'failed', done, failed };
    return { state: isPending && isWanted ? 'waiting' : 'none', done, failed };
  };
  const inbox = place(trace.stored, 0, facts.isRequest && facts.isStored);
  const inFailure = isLost && trace.stored === 0 && (facts.isStored || outcome === 'rejected');
  const socketFailed = trace.gone + trace.refused;
  const sockets = place(trace.sent, socketFailed, facts.isRequest);
  // A socket that was closed already is no failure when the push took its place.
  if (sockets.state === 'failed' && trace.refused === 0) sockets.state = 'none';
  return {
    inbox: inFailure ? { state: 'failed', done: 0, failed: 1 } : inbox,
    sockets,
    phones: place(pushes.done, pushes.failed, (facts.isStored && trace.sent === 0) || facts.priority === 'critical'),
  };
}

function pushCounts({ pushes }: Trace): { done: number; failed: number } {
  const done = [...pushes.values()].filter(Boolean).length;
  return { done, failed: pushes.size - done };
}

function audienceOf({ facts }: Trace): Audience {
  if (facts.isForEveryone) return { kind: 'everyone', name: '', count: 0 };
  if (facts.topic !== undefined) return { kind: 'topic', name: facts.topic, count: 1 };
  const distinct = new Set(facts.userIds);
  const of = facts.orgId === undefined ? {} : { org_id: facts.orgId };
  if (distinct.size === 1) return { kind: 'user', name: facts.userIds[0]!, ...of, count: 1 };
  return { kind: distinct.size === 0 ? 'none' : 'users', name: facts.userIds[0] ?? '', ...of, count: distinct.size };
}
