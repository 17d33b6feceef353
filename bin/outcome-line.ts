// What became of an event in the local runtime, in one line: `alice: 1 socket, 12 ms`.
import { setTimeout as delay } from 'node:timers/promises';
import type { HistoryRow } from '../protocol/local/history.ts';

export interface OutcomeLine {
  line: string;
  /** It was refused, or goes wrong for now. */
  isProblem: boolean;
}

/** Our choices: what takes longer gets a hint where to look. */
const WAIT_MS = 5_000;
const LOOK_EVERY_MS = 25;

/** Waits until its outcome is known. */
export async function outcomeLine(httpUrl: string, eventId: string): Promise<OutcomeLine> {
  const signal = AbortSignal.timeout(2 * WAIT_MS);
  for (const deadline = performance.now() + WAIT_MS; performance.now() < deadline; ) {
    const response = await fetch(`${httpUrl}/_local/history/${eventId}`, { signal });
    // Not known yet, or no more: the bus took it all the same.
    const row = response.ok ? ((await response.json()) as { row: HistoryRow }).row : undefined;
    if (row && row.outcome !== 'queued' && row.outcome !== 'sending') return lineOf(row);
    await delay(LOOK_EVERY_MS);
  }
  const where = `${httpUrl}/#/live/${eventId}`;
  return { line: `Not delivered after ${WAIT_MS / 1_000} s. What happens to it: ${where}`, isProblem: true };
}

export function lineOf(row: HistoryRow): OutcomeLine {
  const is = (text: string, isProblem = false) => ({ line: `${nameOf(row)}: ${text}`, isProblem });
  switch (row.outcome) {
    case 'rejected':
      return is(`rejected, ${row.rejection?.field} ${row.rejection?.reason}`, true);
    case 'failed':
      return is(`failed after ${count(row.attempts, 'attempt')}${causeOf(row)}`, true);
    case 'retrying':
      return is(`attempt ${row.attempts} of ${row.max_attempts} failed${causeOf(row)}`, true);
    case 'scheduled':
      return is(row.due_ms === null ? 'scheduled' : `scheduled for ${new Date(row.due_ms).toISOString()}`);
    case 'duplicate':
      return is('a duplicate, nothing was sent again');
    case 'waiting':
      return is(
        `waits until the user is at a page${row.next_ms === null ? '' : `, at most until ${new Date(row.next_ms).toISOString()}`}`,
      );
    case 'digested':
      return is('in a digest, sent when its window ends');
    case 'live':
      return is('nobody connected, nothing is stored');
    case 'delivered':
    case 'pushed':
    case 'inbox':
    case 'held':
      return is(placesOf(row));
    default:
      return is(row.outcome);
  }
}

function placesOf({ sockets, phones, outcome, took_ms: tookMs }: HistoryRow): string {
  const places = [
    ...(sockets.done > 0 ? [count(sockets.done, 'socket')] : []),
    ...(phones.done > 0 ? [count(phones.done, 'phone')] : []),
  ];
  if (places.length === 0)
    places.push(outcome === 'held' ? 'inbox, the push is held back' : 'inbox, no socket or phone');
  return [...places, ...(tookMs === null ? [] : [`${Math.round(tookMs)} ms`])].join(', ');
}

const nameOf = ({ audience }: HistoryRow): string =>
  audience.kind === 'everyone' ? 'everyone' : audience.kind === 'users' ? `${audience.count} users` : audience.name;

const causeOf = ({ error }: HistoryRow): string => (error ? `, ${error.operation}: ${error.code}` : '');

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
