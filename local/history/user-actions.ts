// What users did with a notification, seen in frames and requests that name it: acknowledged it, read it.
import { parsed } from './call-content.ts';
import type { HistoryDeps } from './history-deps.ts';
import type { Trigger } from './invocations.ts';
import type { ObservedResult } from './taps.ts';
import { addStep, type Trace } from './trace.ts';
import type { UnreadCounts } from './unread-counts.ts';

type ActionDeps = HistoryDeps & { unread: UnreadCounts };

/** How far back "mark all as read" is shown. */
const READ_LOOK_BACK = 1_000;

/** Gives the events whose rows changed. */
export function applyRequest(
  trigger: Extract<Trigger, { kind: 'socket' | 'http' }>,
  result: ObservedResult,
  deps: ActionDeps,
): Trace[] {
  if (trigger.kind === 'socket') {
    const user = deps.userOf(trigger.connectionId);
    if (user !== undefined) deps.unread.seen(user);
    const traces = deps.traces.mentionedIn(trigger.text);
    if (trigger.route === 'ack') return traces.filter((trace) => acknowledge(trace, trigger.connectionId, user, deps));
    return trigger.route === 'read' ? traces.filter((trace) => read(trace, user, deps)) : [];
  }
  const { route, userId, text } = trigger;
  const reply = parsed(result.payload ?? '');
  const count: unknown = parsed(String(reply?.body ?? ''))?.unread_count;
  if (userId !== undefined && typeof count === 'number') deps.unread.said(userId, count);
  if (result.error || Number(reply?.statusCode) >= 400) return [];
  if (/^PUT .*\{id\}\/read$/.test(route)) {
    return deps.traces.mentionedIn(text).filter((trace) => read(trace, userId, deps));
  }
  if (/^PUT .*\/mark-all-read$/.test(route) && userId !== undefined) {
    const mine = deps.traces
      .latest(READ_LOOK_BACK)
      .filter(({ facts, stored }) => stored > 0 && (facts.isForEveryone || facts.userIds.includes(userId)));
    return mine.filter((trace) => read(trace, userId, deps));
  }
  return [];
}

function acknowledge(trace: Trace, connectionId: string, user: string | undefined, deps: ActionDeps): boolean {
  if (trace.acknowledgedMs !== undefined && trace.facts.userIds.length === 1) return false;
  trace.acknowledgedMs ??= deps.now();
  addStep(trace, { kind: 'acknowledged', state: 'done', at_ms: deps.now(), name: connectionId, user_id: user });
  return true;
}

function read(trace: Trace, user: string | undefined, deps: ActionDeps): boolean {
  const isRead = trace.steps.some(({ kind, user_id }) => kind === 'read' && user_id === user);
  if (isRead) return false;
  trace.readMs ??= deps.now();
  addStep(trace, { kind: 'read', state: 'done', at_ms: deps.now(), user_id: user });
  return true;
}
