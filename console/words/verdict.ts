// The one sentence that answers "what happened?", its cause, and what to do about it.

import type { CallError, HistoryRow } from '../../protocol/local/history.ts';
import { OUTCOME_REASONS } from '../../protocol/outcome-words.ts';
import { countdown, duration, moment, plural, serviceName, userName } from './format.ts';
import type { Tone } from './status.ts';

export interface Verdict {
  tone: Tone;
  title: string;
  sentences: string[];
  fix?: string;
  action?: 'redrive' | 'correct' | 'run_now';
}

/** `waitedMs`: how long SQS waited before the latest attempt. */
export function verdictOf(row: HistoryRow, nowMs: number, waitedMs?: number): Verdict {
  const verdict = wholeVerdict(row, nowMs, waitedMs);
  if (row.rejection === null || row.outcome === 'rejected') return verdict;
  // One of several requests was rejected; the verdict is about the others.
  const sentence = `Of its ${row.requests} requests not all are valid. ${rejectionSentence(row.rejection)}`;
  return { ...verdict, tone: verdict.tone === 'bad' ? 'bad' : 'warn', sentences: [...verdict.sentences, sentence] };
}

function wholeVerdict(row: HistoryRow, nowMs: number, waitedMs?: number): Verdict {
  const took = row.took_ms === null ? '' : ` in ${duration(row.took_ms)}`;
  const attempt = row.attempts > 1 ? `, on attempt ${row.attempts}` : '';
  const retried =
    row.error && row.attempts > 1
      ? [
          `Attempt ${row.attempts - 1} failed: ${causeOf(row.error)}${waitedMs === undefined ? '' : ` SQS retried after ${duration(waitedMs)}.`}`,
        ]
      : [];
  switch (row.outcome) {
    case 'delivered':
      return { tone: 'ok', title: `Delivered${took}${attempt}`, sentences: [...retried, ...ackSentence(row)] };
    case 'pushed':
      return {
        tone: 'ok',
        title: `Pushed to ${plural(row.phones.done, 'phone')}${took}${attempt}`,
        sentences: [...retried, whyPhone(row)],
      };
    case 'inbox':
      return row.phones.failed > 0
        ? {
            tone: 'warn',
            title: 'Stored; the phone refused the push',
            sentences: ['The provider no longer knows the token, so the endpoint is disabled.'],
            fix: 'Register the phone again: the app does so at its next start.',
          }
        : {
            tone: 'ok',
            title:
              row.read_after_ms === null
                ? 'Stored; no socket, no phone'
                : `Stored, read after ${duration(row.read_after_ms)}`,
            sentences: [...retried, OUTCOME_REASONS.inbox],
          };
    case 'held':
      return {
        tone: 'ok',
        title: 'Stored; the push waits',
        sentences: [
          row.next_ms === null ? OUTCOME_REASONS.held : `Not pushed: quiet hours until ${moment(row.next_ms, nowMs)}.`,
        ],
      };
    case 'digested':
      return {
        tone: 'ok',
        title: 'Gathered in a digest',
        sentences: [
          OUTCOME_REASONS.digested,
          ...(row.next_ms === null || row.next_ms <= nowMs
            ? []
            : [`That is at ${moment(row.next_ms, nowMs)}, in ${countdown(row.next_ms - nowMs)}.`]),
        ],
      };
    case 'muted':
      return { tone: 'ok', title: 'Stored; the type is muted', sentences: [OUTCOME_REASONS.muted] };
    case 'live':
      return {
        tone: 'ok',
        title: 'Sent to nobody',
        sentences: [OUTCOME_REASONS.live],
      };
    case 'queued':
      return { tone: 'plain', title: 'Waiting in the queue', sentences: ['No function has taken it up yet.'] };
    case 'sending':
      return { tone: 'plain', title: 'Being delivered', sentences: [] };
    case 'scheduled':
      return scheduled(row, nowMs);
    case 'waiting':
      return {
        tone: 'plain',
        title: 'Waiting until the user is at a page',
        sentences: [OUTCOME_REASONS.waiting, ...latest(row, nowMs)],
      };
    case 'snoozed':
      return {
        tone: 'plain',
        title: row.next_ms === null ? 'Snoozed' : `Snoozed until ${moment(row.next_ms, nowMs)}`,
        sentences: ['The user put it aside. It comes back then, unread.'],
      };
    case 'retrying':
      return {
        tone: 'warn',
        title: `Attempt ${row.attempts + 1} of ${row.max_attempts}${row.next_ms === null || row.next_ms <= nowMs ? ' starts now' : ` starts in ${countdown(row.next_ms - nowMs)}`}`,
        sentences: row.error ? [`Attempt ${row.attempts} failed: ${causeOf(row.error)}`] : [],
        ...(row.error?.is_injected && { fix: 'Turn the fault off; the next attempt then succeeds.' }),
        action: 'run_now',
      };
    case 'failed':
      return failed(row);
    case 'rejected':
      return {
        tone: 'bad',
        title: 'Rejected: nothing was stored or sent',
        sentences: row.rejection ? [rejectionSentence(row.rejection)] : [],
        fix: 'Correct the event and send it again. It is kept unmodified in the rejected queue.',
        action: 'correct',
      };
    case 'cancelled':
      return { tone: 'plain', title: 'Cancelled before its time', sentences: ['Nothing was stored or sent.'] };
    case 'recalled':
      return {
        tone: 'plain',
        title: 'Recalled',
        sentences: ['It is removed from inboxes and open lists. Pushes that arrived stay on the phones.'],
      };
    case 'expired':
      return {
        tone: 'plain',
        title: 'Expired before delivery',
        sentences: [OUTCOME_REASONS.expired],
      };
    case 'duplicate':
      return {
        tone: 'plain',
        title: 'A duplicate: nothing was sent again',
        sentences: [OUTCOME_REASONS.duplicate],
      };
    case 'processed':
      return {
        tone: 'ok',
        title: 'Processed',
        sentences: row.detail_type === 'notification.requested' ? ['No place needed it.'] : [],
      };
  }
}

/** Why an event is in the rejected queue. */
export function rejectionSentence({ field, reason }: { field: string | null; reason: string }): string {
  // The detail type is no field of the form, and its reason names it.
  const sentence = field === null || field === 'detail-type' ? reason : `Field ${field}: ${reason}`;
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${/[.?]$/.test(sentence) ? '' : '.'}`;
}

function latest({ next_ms: untilMs }: HistoryRow, nowMs: number): string[] {
  if (untilMs === null) return [];
  const left = untilMs > nowMs ? `, in ${countdown(untilMs - nowMs)}` : '';
  return [`That is at ${moment(untilMs, nowMs)}${left}; then its deliver_when.otherwise applies.`];
}

function scheduled(row: HistoryRow, nowMs: number): Verdict {
  const dueMs = row.due_ms ?? row.next_ms;
  if (dueMs === null) return { tone: 'plain', title: 'Waiting for its time', sentences: [] };
  const left = dueMs > nowMs ? `, in ${countdown(dueMs - nowMs)}` : '';
  return {
    tone: 'plain',
    title: `Waiting until ${moment(dueMs, nowMs)}${left}`,
    sentences: [`${OUTCOME_REASONS.scheduled} Press Next due to move the clock there.`],
  };
}

function failed(row: HistoryRow): Verdict {
  const what = row.inbox.state === 'done' ? 'The notification is in the inbox.' : 'Nothing was stored.';
  const { error } = row;
  return {
    tone: 'bad',
    title: `${row.inbox.state === 'done' ? 'Delivery' : 'Processing'} failed after ${plural(row.attempts, 'attempt')}`,
    sentences: [...(error ? [causeOf(error)] : []), what],
    fix: `${fixOf(error)}, then redrive. No user receives a duplicate.`,
    action: 'redrive',
  };
}

function fixOf(error: CallError | null): string {
  if (error?.is_injected) return 'Turn the fault off';
  if (error?.code === 'AccessDeniedException') return 'Grant the permission, restart';
  return 'Remove the cause';
}

/** What an AWS call's failure means. */
export function causeOf(error: CallError): string {
  const { service, operation, code, message, is_injected: isInjected } = error;
  if (code === 'AccessDeniedException')
    return `the role of ${error.function} may not call ${operation} of ${serviceName(service)}.`;
  const by = isInjected ? ' A fault made it fail.' : '';
  if (/Throttl|ThroughputExceeded|TooManyRequests|LimitExceeded|RequestThrottled/.test(code)) {
    return `${serviceName(service)} throttled ${operation}.${by}`;
  }
  if (code === 'TimeoutError') return `${operation} took effect, but its answer was lost.${by}`;
  const sentence = isInjected ? '' : ` ${message.replace(/\.?$/, '.')}`;
  return `${operation} of ${serviceName(service)} failed with ${code}.${sentence}${by}`;
}

function whyPhone(row: HistoryRow): string {
  const { kind, name, org_id: orgId } = row.audience;
  const who = kind === 'user' ? userName(name, orgId) : 'the user';
  if (row.priority === 'critical') return OUTCOME_REASONS.delivered_and_pushed;
  if (row.sockets.failed > 0)
    return `${row.sockets.failed === 1 ? 'The socket was' : 'All sockets were'} closed (410), so a push was sent.`;
  if (row.audience.kind === 'everyone') return 'Everyone: one push to the topic of all devices.';
  return `${who} had no open socket, so a push was sent.`;
}

function ackSentence(row: HistoryRow): string[] {
  if (!row.requires_ack || !row.is_stored)
    return row.priority === 'critical' && row.phones.done > 0 ? [OUTCOME_REASONS.delivered_and_pushed] : [];
  if (row.is_acknowledged) return ['A client acknowledged it.'];
  return row.phones.done > 0
    ? ['Not acknowledged after 3 tries, so a push was sent.']
    : [`Not acknowledged yet: sent ${row.sends} of 3, 5 s apart, then pushed.`];
}

/** For Phones: why this notification came to the phone. */
export const reasonOnPhone = (row: HistoryRow): string => whyPhone(row);
