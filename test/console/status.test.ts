import { describe, expect, it } from 'vitest';
import { statusOf } from '../../console/words/status.ts';
import { verdictOf } from '../../console/words/verdict.ts';
import type { HistoryRow } from '../../protocol/local/history.ts';
import { AT_MS, row, THROTTLED } from './history-rows.ts';

const NONE = { state: 'none', done: 0, failed: 0 } as const;
const says = (change: Partial<HistoryRow>) => {
  const { word, rest } = statusOf(row(change), AT_MS + 1_000);
  return word + rest;
};
const title = (change: Partial<HistoryRow>) => verdictOf(row(change), AT_MS + 1_000).title;

describe('the status of a row', () => {
  it.each<[Partial<HistoryRow>, string]>([
    [{}, 'Delivered'],
    [{ attempts: 2 }, 'Delivered on attempt 2'],
    [{ read_after_ms: 9_000 }, 'Delivered, read after 9.00 s'],
    [{ is_stored: false }, 'Delivered, live only'],
    [{ requires_ack: true, sends: 2 }, 'Delivered, not acknowledged, sent 2 of 3'],
    [{ requires_ack: true, is_acknowledged: true }, 'Delivered'],
    [{ outcome: 'queued' }, 'Queued'],
    [{ outcome: 'pushed', sockets: NONE }, 'Pushed, no open socket'],
    [{ outcome: 'pushed', sockets: { ...NONE, failed: 2 } }, 'Pushed, sockets were closed'],
    [{ outcome: 'inbox', sockets: NONE }, 'In inbox, no socket or phone'],
    [{ outcome: 'inbox', sockets: NONE, phones: { ...NONE, failed: 1 } }, 'In inbox, the phone refused the push'],
    [{ outcome: 'live', is_stored: false }, 'Live only, nobody was connected'],
    [{ outcome: 'scheduled', due_ms: AT_MS + 3_475_000 }, 'Scheduled for 15:30:00'],
    [{ outcome: 'scheduled', due_ms: AT_MS + 86_400_000 }, 'Scheduled for 2026-11-22 14:32:05'],
    [{ outcome: 'retrying', attempts: 2, next_ms: AT_MS + 5_000 }, 'Retrying, attempt 3 of 5 in 4 s'],
    [{ outcome: 'failed', attempts: 5 }, 'Failed after 5 attempts'],
    [{ outcome: 'rejected', rejection: { field: 'detail-type', reason: 'no rule' } }, 'Rejected: unknown detail type'],
    [
      { outcome: 'rejected', rejection: { field: 'title', reason: 'is missing: a title' } },
      'Rejected: title is missing',
    ],
    [
      { requests: 3, rejection: { field: 'requests[1].title', reason: 'is missing' } },
      'Delivered, some requests rejected',
    ],
    [{ outcome: 'waiting', next_ms: AT_MS + 3_600_000 }, 'Waiting, nobody is at a page'],
    [{ outcome: 'snoozed', next_ms: AT_MS + 600_000 }, 'Snoozed until 14:42:05'],
    [{ outcome: 'digested', sockets: NONE }, 'In a digest, sent with others'],
    [{ outcome: 'cancelled' }, 'Cancelled'],
    [{ outcome: 'expired' }, 'Expired before delivery'],
    [{ outcome: 'duplicate', duplicate_of: '01a1fe85-8305-7c1e-9b0a-5f27e4d17d31' }, 'Duplicate of 01a1fe85…e4d17d31'],
  ])('of %j is said in a few words', (change, words) => {
    expect(says(change)).toBe(words);
    expect(words.split(' ').length).toBeLessThanOrEqual(8);
  });
});

describe('the verdict', () => {
  it.each<[Partial<HistoryRow>, string]>([
    [{}, 'Delivered in 12 ms'],
    [{ attempts: 2, took_ms: 2_160 }, 'Delivered in 2.16 s, on attempt 2'],
    [{ outcome: 'pushed', took_ms: 41, phones: { state: 'done', done: 1, failed: 0 } }, 'Pushed to 1 phone in 41 ms'],
    [{ outcome: 'inbox' }, 'Stored; no socket, no phone'],
    [{ outcome: 'scheduled', due_ms: AT_MS + 3_475_000 }, 'Waiting until 15:30:00, in 57 min 54 s'],
    [{ outcome: 'waiting', next_ms: AT_MS + 3_600_000 }, 'Waiting until the user is at a page'],
    [{ outcome: 'snoozed', next_ms: AT_MS + 600_000 }, 'Snoozed until 14:42:05'],
    [{ outcome: 'failed', attempts: 5 }, 'Delivery failed after 5 attempts'],
    [{ outcome: 'rejected' }, 'Rejected: nothing was stored or sent'],
  ])('of %j is one sentence', (change, sentence) => {
    expect(title(change)).toBe(sentence);
  });

  it('names the cause of an earlier attempt and the wait after it', () => {
    const { sentences } = verdictOf(row({ attempts: 2, error: THROTTLED }), AT_MS, 2_100);
    expect(sentences).toEqual([
      'Attempt 1 failed: DynamoDB throttled PutItem. A fault made it fail. SQS retried after 2.10 s.',
    ]);
  });

  it('says how to fix a failure, and offers the button that does it', () => {
    const denied = {
      ...THROTTLED,
      service: 'sns',
      operation: 'Publish',
      code: 'AccessDeniedException',
      is_injected: false,
    };
    const verdict = verdictOf(row({ outcome: 'failed', attempts: 5, error: denied }), AT_MS);
    expect(verdict.sentences).toEqual([
      'the role of dispatch may not call Publish of SNS.',
      'The notification is in the inbox.',
    ]);
    expect(verdict.fix).toBe('Grant the permission, restart, then redrive. No user receives a duplicate.');
    expect(verdict.action).toBe('redrive');
    expect(verdictOf(row({ outcome: 'rejected' }), AT_MS).action).toBe('correct');
  });
});
