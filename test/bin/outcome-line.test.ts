import { describe, expect, it } from 'vitest';
import { lineOf } from '../../bin/outcome-line.ts';
import type { HistoryRow } from '../../protocol/local/history.ts';
import { AT_MS, row, THROTTLED } from '../console/history-rows.ts';

const NONE = { state: 'none', done: 0, failed: 0 } as const;
const done = (count: number) => ({ state: 'done', done: count, failed: 0 }) as const;

describe('the outcome of a notification in one line', () => {
  it.each<[Partial<HistoryRow>, string]>([
    [{ sockets: done(1), phones: NONE, took_ms: 12.4 }, 'alice: 1 socket, 12 ms'],
    [{ sockets: done(2), phones: done(1), took_ms: 12.4 }, 'alice: 2 sockets, 1 phone, 12 ms'],
    [{ outcome: 'pushed', sockets: NONE, phones: done(1), took_ms: 41 }, 'alice: 1 phone, 41 ms'],
    [{ outcome: 'inbox', sockets: NONE, phones: NONE, took_ms: 9 }, 'alice: inbox, no socket or phone, 9 ms'],
    [{ outcome: 'held', sockets: NONE, phones: NONE, took_ms: 9 }, 'alice: inbox, the push is held back, 9 ms'],
    [
      { sockets: done(3), phones: NONE, took_ms: 20, audience: { kind: 'users', name: 'alice', count: 3 } },
      '3 users: 3 sockets, 20 ms',
    ],
    [
      { outcome: 'live', audience: { kind: 'topic', name: 'chat:42', count: 1 } },
      'chat:42: nobody connected, nothing is stored',
    ],
    [{ outcome: 'scheduled', due_ms: AT_MS }, `alice: scheduled for ${new Date(AT_MS).toISOString()}`],
    [{ outcome: 'duplicate' }, 'alice: a duplicate, nothing was sent again'],
  ])('%j is "%s"', (change, line) => {
    expect(lineOf(row(change))).toEqual({ line, isProblem: false });
  });

  it.each<[Partial<HistoryRow>, string]>([
    [{ outcome: 'failed', attempts: 5, error: THROTTLED }, 'alice: failed after 5 attempts, PutItem: '],
    [{ outcome: 'retrying', attempts: 1, error: THROTTLED }, 'alice: attempt 1 of 5 failed, PutItem: '],
    [{ outcome: 'rejected', rejection: { field: 'title', reason: 'is missing' } }, 'alice: rejected, title is missing'],
  ])('%j is a problem', (change, line) => {
    const found = lineOf(row(change));
    expect(found.isProblem).toBe(true);
    expect(found.line).toContain(line);
  });
});
