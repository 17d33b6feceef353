// The status of a row in words: the status word first, then at most seven words.
import type { HistoryRow } from '../../protocol/local/history.ts';
import { clockTime, countdown, duration, moment, shortId, userName } from './format.ts';

export type Tone = 'ok' | 'warn' | 'bad' | 'plain';

export interface Status {
  tone: Tone;
  word: string;
  rest: string;
}

const status = (tone: Tone, word: string, rest = ''): Status => ({ tone, word, rest });

export function statusOf(row: HistoryRow, nowMs: number): Status {
  const whole = wholeStatus(row, nowMs);
  if (row.rejection === null || row.outcome === 'rejected') return whole;
  return { tone: whole.tone === 'bad' ? 'bad' : 'warn', word: whole.word, rest: ', some requests rejected' };
}

function wholeStatus(row: HistoryRow, nowMs: number): Status {
  switch (row.outcome) {
    case 'queued':
      return status('plain', 'Queued');
    case 'sending':
      return status('plain', 'Sending', row.sockets.done > 0 ? `, ${row.sockets.done} so far` : '');
    case 'delivered':
      return status('ok', 'Delivered', deliveredRest(row));
    case 'pushed':
      return status(
        'ok',
        'Pushed',
        `${row.sockets.failed > 0 ? ', sockets were closed' : ', no open socket'}${onAttempt(row)}`,
      );
    case 'inbox':
      return row.phones.failed > 0
        ? status('warn', 'In inbox', ', the phone refused the push')
        : status('plain', 'In inbox', row.read_after_ms === null ? ', no socket or phone' : readAfter(row));
    case 'held':
      return status(
        'plain',
        'In inbox',
        row.next_ms === null ? ', push held back' : `, push at ${clockTime(row.next_ms)}`,
      );
    case 'digested':
      return status('plain', 'In a digest', ', sent with others');
    case 'muted':
      return status('plain', 'In inbox', ', the type is muted');
    case 'live':
      return status('plain', 'Live only', ', nobody was connected');
    case 'scheduled':
      return status('plain', 'Scheduled', row.due_ms === null ? '' : ` for ${moment(row.due_ms, nowMs)}`);
    case 'waiting':
      return status('plain', 'Waiting', ', nobody is at a page');
    case 'snoozed':
      return status('plain', 'Snoozed', row.next_ms === null ? '' : ` until ${moment(row.next_ms, nowMs)}`);
    case 'retrying':
      return status('warn', 'Retrying', `, attempt ${row.attempts + 1} of ${row.max_attempts}${inTime(row, nowMs)}`);
    case 'failed':
      return status(
        'bad',
        'Failed',
        row.attempts > 0 ? ` after ${row.attempts} ${row.attempts === 1 ? 'attempt' : 'attempts'}` : '',
      );
    case 'rejected':
      return status('bad', 'Rejected', `: ${rejectionInShort(row)}`);
    case 'cancelled':
      return status('plain', 'Cancelled');
    case 'recalled':
      return status('plain', 'Recalled', ', removed from the inbox');
    case 'expired':
      return status('plain', 'Expired', ' before delivery');
    case 'duplicate':
      return status(
        'plain',
        'Duplicate',
        row.duplicate_of === null ? ', stored already' : ` of ${shortId(row.duplicate_of)}`,
      );
    case 'processed':
      return status('plain', 'Processed');
  }
}

function deliveredRest(row: HistoryRow): string {
  if (row.read_after_ms !== null) return `${onAttempt(row)}${readAfter(row)}`;
  if (row.requires_ack && row.is_stored && !row.is_acknowledged) return `, not acknowledged, sent ${row.sends} of 3`;
  if (!row.is_stored) return ', live only';
  return `${onAttempt(row)}${row.phones.done > 0 ? ' and pushed' : ''}`;
}

const onAttempt = ({ attempts }: HistoryRow) => (attempts > 1 ? ` on attempt ${attempts}` : '');
const readAfter = ({ read_after_ms: ms }: HistoryRow) => (ms === null ? '' : `, read after ${duration(ms)}`);
const inTime = ({ next_ms: ms }: HistoryRow, nowMs: number) =>
  ms === null || ms <= nowMs ? ' now' : ` in ${countdown(ms - nowMs)}`;

function rejectionInShort({ rejection }: HistoryRow): string {
  if (!rejection) return 'the event is not valid';
  if (rejection.field === 'detail-type') return 'unknown detail type';
  return `${rejection.field} ${rejection.reason.startsWith('is missing') ? 'is missing' : 'is not valid'}`;
}

export const isProblem = ({ outcome, phones, rejection }: HistoryRow): boolean =>
  outcome === 'failed' ||
  rejection !== null ||
  outcome === 'rejected' ||
  outcome === 'retrying' ||
  (outcome === 'inbox' && phones.failed > 0);

export const isWaiting = ({ outcome }: HistoryRow): boolean =>
  outcome === 'scheduled' ||
  outcome === 'waiting' ||
  outcome === 'snoozed' ||
  outcome === 'retrying' ||
  outcome === 'held' ||
  outcome === 'queued' ||
  outcome === 'sending';

export function audienceName({ audience }: HistoryRow): string {
  if (audience.kind === 'everyone') return 'everyone';
  return userName(audience.kind === 'users' ? `${audience.count} users` : audience.name, audience.org_id);
}
