// What users did with a notification, seen in frames and requests that name it: acknowledged, claimed, read, snoozed.
import { inboxOwner } from '../../protocol/inbox-id.ts';
import type { Step, StepKind } from '../../protocol/local/history.ts';
import { parsed } from './call-content.ts';
import type { HistoryDeps } from './history-deps.ts';
import type { Trigger } from './invocations.ts';
import { ownerOf } from './recording.ts';
import type { ObservedResult } from './taps.ts';
import { addStep, type Trace } from './trace.ts';
import type { UnreadCounts } from './unread-counts.ts';

type ActionDeps = HistoryDeps & { unread: UnreadCounts };

/** How far back what is done to all notifications is shown. */
const LOOK_BACK = 1_000;

/** What a request does to the one notification that its path names, or to all of the inbox. */
const OF_ONE: [route: RegExp, kind: StepKind][] = [
  [/^PUT .*\{id\}\/read$/, 'read'],
  [/^PUT .*\{id\}\/unread$/, 'unread'],
  [/^PUT .*\{id\}\/snooze$/, 'snoozed'],
  [/^DELETE .*\{id\}\/snooze$/, 'unsnoozed'],
  [/^PUT .*\{id\}\/claim$/, 'claimed'],
  [/^DELETE .*\{id\}\/claim$/, 'released'],
  [/^DELETE .*\/notifications\/\{id\}$/, 'archived'],
];
const OF_ALL: [route: RegExp, kind: StepKind][] = [
  [/^PUT .*\/mark-all-read$/, 'read'],
  [/^PUT .*\/mark-all-seen$/, 'seen'],
  [/\/clear-all$/, 'archived'],
];
/** However often it is done, the first time is what the timeline shows. */
const ONCE: StepKind[] = ['read', 'seen', 'archived'];

/** Gives the events whose rows changed. */
export function applyRequest(
  trigger: Extract<Trigger, { kind: 'socket' | 'http' }>,
  result: ObservedResult,
  deps: ActionDeps,
): Trace[] {
  const reply = parsed(result.payload ?? '');
  const body = parsed(String(reply?.body ?? ''));
  if (trigger.kind === 'socket') {
    const { connectionId, route, text } = trigger;
    const inbox = deps.inboxOf(connectionId);
    if (inbox !== undefined) deps.unread.seen(inbox);
    const traces = deps.traces.mentionedIn(text);
    if (route === 'ack') return traces.filter((trace) => acknowledge(trace, connectionId, inbox, deps));
    if (route === 'read') return traces.filter((trace) => done(trace, 'read', inbox, body, deps));
    return route === 'claim' ? traces.filter((trace) => done(trace, 'claimed', inbox, body, deps)) : [];
  }
  const { route, inbox, text } = trigger;
  const count: unknown = body?.unread_count;
  if (inbox !== undefined && typeof count === 'number') deps.unread.said(inbox, count);
  if (result.error || Number(reply?.statusCode) >= 400 || inbox === undefined) return [];
  const ofOne = OF_ONE.find(([pattern]) => pattern.test(route));
  if (ofOne) return deps.traces.mentionedIn(text).filter((trace) => done(trace, ofOne[1], inbox, body, deps));
  const ofAll = OF_ALL.find(([pattern]) => pattern.test(route));
  if (!ofAll) return [];
  return deps.traces
    .latest(LOOK_BACK)
    .filter((trace) => trace.stored > 0 && isIn(trace, inbox) && done(trace, ofAll[1], inbox, body, deps));
}

function isIn({ facts }: Trace, inbox: string): boolean {
  const { user_id: userId, org_id: orgId } = inboxOwner(inbox);
  return facts.isForEveryone || (facts.userIds.includes(userId) && facts.orgId === orgId);
}

function acknowledge(trace: Trace, connectionId: string, inbox: string | undefined, deps: ActionDeps): boolean {
  if (trace.acknowledgedMs !== undefined && trace.facts.userIds.length === 1) return false;
  trace.acknowledgedMs ??= deps.now();
  addStep(trace, { kind: 'acknowledged', state: 'done', at_ms: deps.now(), name: connectionId, ...ownerOf(inbox) });
  return true;
}

function done(trace: Trace, kind: StepKind, inbox: string | undefined, body: any, deps: ActionDeps): boolean {
  const owner = ownerOf(inbox);
  const atMs = deps.now();
  const isSame = (step: Step) => step.kind === kind && step.user_id === owner.user_id && step.org_id === owner.org_id;
  if (ONCE.includes(kind) && trace.steps.some(isSame)) return false;
  if (kind === 'read') trace.readMs ??= atMs;
  const step: Step = { kind, state: 'done', at_ms: atMs, ...owner };
  if (kind === 'claimed') {
    const holder = body?.claim?.holder;
    // Another user holds it, or the frame was refused.
    if (typeof holder?.user_id !== 'string' || holder.user_id !== owner.user_id) return false;
    setUntil(step, holder.expires_at);
  }
  if (kind === 'snoozed') {
    setUntil(step, body?.notification?.snoozed_until);
    trace.snoozedUntilMs = step.until_ms;
  }
  if (kind === 'unsnoozed') trace.snoozedUntilMs = undefined;
  addStep(trace, step);
  return true;
}

function setUntil(step: Step, time: unknown): void {
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (!Number.isNaN(ms)) step.until_ms = ms;
}
