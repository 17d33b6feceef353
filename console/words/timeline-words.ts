// The steps of a timeline in words. Steps that repeat, as those of a fan-out do, become one line with a count.
import type { Step } from '../../protocol/local/history.ts';
import { bytes, duration, isDeliveryFrame, moment, platformName, unreadText, userName } from './format.ts';
import { causeOf } from './verdict.ts';

export interface TimelineLine {
  step: Step;
  count: number;
  /** Text before and after the name; the name is set in mono. */
  text: string;
  name?: string;
  after?: string;
  /** Right column. */
  figure: string;
  isWait: boolean;
  /** What opens. */
  summary?: string;
}

export function timelineOf(steps: Step[], nowMs: number): TimelineLine[] {
  return grouped(steps).map(({ step, count }) => ({
    step,
    count,
    figure: figureOf(step),
    isWait: step.kind === 'waiting' || step.kind === 'scheduled',
    ...wordsOf(step, count, nowMs),
    ...(step.error && { summary: `${step.error.operation}: ${step.error.code}` }),
  }));
}

function grouped(steps: Step[]): { step: Step; count: number }[] {
  const lines: { step: Step; count: number }[] = [];
  for (const step of steps) {
    const last = lines.at(-1);
    const isSame =
      last &&
      ['queued', 'invoked', 'stored', 'published', 'posted'].includes(step.kind) &&
      (step.state === 'done' ? step.kind !== 'posted' : step.state === 'failed' && step.kind !== 'invoked') &&
      last.step.kind === step.kind &&
      last.step.name === step.name &&
      last.step.state === step.state &&
      last.step.attempt === step.attempt;
    if (isSame) last.count++;
    else lines.push({ step, count: 1 });
  }
  return lines;
}

function figureOf(step: Step): string {
  if (step.bytes !== undefined) return bytes(step.bytes);
  return step.ms === undefined ? '' : duration(step.ms);
}

function wordsOf(step: Step, count: number, nowMs: number): Pick<TimelineLine, 'text' | 'name' | 'after'> {
  const { name = '', state } = step;
  const user = step.user_id === undefined ? undefined : userName(step.user_id, step.org_id);
  const times = count > 1 ? `, ${count} times` : '';
  switch (step.kind) {
    case 'accepted':
      return { text: 'Accepted from', name };
    case 'matched':
      return {
        text: `Matched rule ${ruleName(name)}${step.payload === undefined ? '' : `, queued in ${step.payload}`}`,
      };
    case 'unmatched':
      return { text: 'No rule on the bus matches this event' };
    case 'queued':
      return { text: count > 1 ? `Queued ${count} messages in ${name}` : `Queued in ${name}` };
    case 'invoked': {
      const attempt = (step.attempt ?? 1) > 1 || state === 'failed' ? `, attempt ${step.attempt}` : '';
      const end = state === 'failed' ? ' failed' : state === 'running' ? ' runs' : '';
      return { text: `${name}${attempt}${times}${end}` };
    }
    case 'stored':
      if (state === 'failed') return { text: `Could not be stored${tries(count)}` };
      return { text: count > 1 ? `Stored, ${count} times` : 'Stored' };
    case 'already_stored':
      return { text: 'Stored already, so not stored twice' };
    case 'posted': {
      const code = state === 'done' ? '200' : state === 'skipped' ? '410, was closed' : (step.error?.code ?? 'failed');
      const isOther = !isDeliveryFrame(step.frame_type);
      const what = isOther ? `${step.frame_type}, ` : '';
      const unread = step.unread_count === undefined ? '' : `, unread count ${unreadText(step.unread_count)}`;
      return {
        text: user === undefined ? 'Socket' : `${user}, socket`,
        name,
        after: `${what}${code}${state === 'done' ? unread : ''}${state === 'failed' ? tries(count) : ''}`,
      };
    }
    case 'published':
      if (state === 'failed') return { text: `SNS push failed${tries(count)}` };
      return { text: name === 'topic' ? 'SNS push to the topic of all devices' : `SNS push to ${platformName(name)}` };
    case 'pushed':
      return {
        text:
          state === 'done'
            ? `${platformName(name)} took the push${user ? ` for ${user}` : ''}`
            : `${platformName(name)} refused the push: ${step.payload}`,
      };
    case 'gathered':
      return { text: 'Added to a digest' };
    case 'scheduled':
      if (step.waits_for !== undefined) return { text: waitWords(step, nowMs) };
      return { text: `EventBridge Scheduler holds it until ${moment(step.until_ms ?? 0, nowMs)}` };
    case 'waiting':
      return { text: waitWords(step, nowMs) };
    case 'dead_lettered':
      return { text: `Moved to the queue ${name}` };
    case 'rejected':
      return { text: `Moved to the queue ${name}, unmodified` };
    case 'redriven':
      return { text: `Redriven to ${name}` };
    case 'acknowledged':
      return { text: 'Acknowledged by', name: name };
    case 'claimed': {
      const until = step.until_ms === undefined ? '' : ` until ${moment(step.until_ms, nowMs)}`;
      return { text: `Claimed by ${user}${until}` };
    }
    case 'released':
      return { text: `Claim given back by ${user}` };
    case 'seen':
      return { text: `Seen in the list by ${user}` };
    case 'read':
      return { text: user === undefined ? 'Read' : `Read by ${user}` };
    case 'unread':
      return { text: `Marked unread by ${user}` };
    case 'snoozed': {
      const until = step.until_ms === undefined ? '' : ` until ${moment(step.until_ms, nowMs)}`;
      return { text: `Snoozed by ${user}${until}` };
    }
    case 'unsnoozed':
      return { text: `Snooze taken back by ${user}` };
    case 'archived':
      return { text: `Removed from the list by ${user}` };
    case 'cancelled':
      return { text: 'Cancelled by', name };
    case 'recalled':
      return { text: 'Recalled by', name };
  }
}

/** The SDK tries again by itself within one attempt. */
const tries = (count: number): string => (count > 1 ? `, ${count} tries` : '');

/** The part of a physical name that the template gave it. */
const ruleName = (name: string): string => /^[^-]+-(.+?)[0-9A-F]{8}-/.exec(name)?.[1] ?? name;

function waitWords(step: Step, nowMs: number): string {
  const untilMs = step.until_ms ?? step.at_ms;
  const length = duration(Math.max(0, untilMs - step.at_ms));
  if (step.name === 'retry') return `SQS waits ${length}, then attempt ${step.attempt} of ${step.max_attempts}`;
  if (step.waits_for === 'snooze') return `Waits ${length}, until the snooze ends`;
  if (step.waits_for === 'digest') return `Waits ${length}, until the window of its digest ends`;
  if (step.waits_for === 'presence')
    return `Waits until the user is at a page, at most until ${moment(untilMs, nowMs)}`;
  return `Waits ${length} in the queue, until ${moment(untilMs, nowMs)}`;
}

/** Why a step failed, as a sentence with a capital. */
export const failureSentence = (step: Step): string => {
  const cause = step.error ? causeOf(step.error) : '';
  return cause.charAt(0).toUpperCase() + cause.slice(1);
};
