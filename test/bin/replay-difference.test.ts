// What npm run replay compares: explanations of today with what was recorded.
import { describe, expect, it } from 'vitest';
import { asOfNow, compare, type Recorded } from '../../bin/replay-difference.ts';
import { USER_OUTCOMES, type UserExplanation } from '../../protocol/explanation.ts';
import type { STORED_OUTCOMES } from '../../protocol/user-data.ts';

const explained = (outcome: UserExplanation['outcome']) => ({
  outcome: 'dispatched' as const,
  reason: 'whole',
  users: [{ user_id: 'alice', outcome, reason: `because ${outcome}` }],
});
const recorded = (outcome: (typeof STORED_OUTCOMES)[number]): Map<string, Recorded | undefined> =>
  new Map([['alice', { state: 'delivered', notification: { outcome } }]]);

describe('an outcome', () => {
  it.each([
    ['sent', ['delivered', 'pushed']],
    ['pushed', ['delivered', 'pushed', 'held']],
    ['failed', ['delivered', 'pushed']],
    ['held', ['held']],
    ['muted', ['muted']],
    ['rate_limited', ['rate_limited']],
    ['inbox', ['inbox']],
  ] as const)('recorded as %s is the same as %j, and differs from all others', (was, same) => {
    for (const outcome of USER_OUTCOMES) {
      const { differences, ...counts } = compare(explained(outcome), recorded(was));
      const isSame = (same as readonly string[]).includes(outcome);
      expect([outcome, counts.same, differences.length]).toEqual([outcome, isSame ? 1 : 0, isSame ? 0 : 1]);
    }
  });

  it('that differs is named with what it was, would be, and why', () => {
    expect(compare(explained('muted'), recorded('sent')).differences).toEqual([
      { user_id: 'alice', was: 'sent', would_be: 'muted', reason: 'because muted' },
    ]);
  });

  it('that was not recorded is counted by itself', () => {
    expect(compare(explained('muted'), new Map([['alice', undefined]]))).toEqual({
      same: 0,
      unknown: 1,
      differences: [],
    });
  });

  it('of a rejected request is compared with the whole', () => {
    const before: Map<string, Recorded | undefined> = new Map([['alice', { state: 'rejected', notification: null }]]);
    const rejected = { outcome: 'rejected' as const, reason: 'title', users: [] };
    expect(compare(rejected, before)).toMatchObject({ same: 1 });
    expect(compare(explained('delivered'), before).differences).toMatchObject([
      { was: 'rejected', would_be: 'delivered' },
    ]);
    expect(compare(rejected, recorded('sent')).differences).toMatchObject([{ was: 'sent', would_be: 'rejected' }]);
  });
});

describe('a request as of now', () => {
  const sentAtMs = Date.parse('2026-11-01T12:00:00Z');
  const nowMs = Date.parse('2026-11-21T12:00:00Z');

  it('expires as long after it is due as it did then', () => {
    const request = { user_id: 'alice', expires_at: '2026-11-01T13:00:00Z' };
    expect(asOfNow(request, sentAtMs, nowMs)).toEqual({ user_id: 'alice', expires_at: '2026-11-21T13:00:00.000Z' });
  });

  it('is due at once, with the time to live that it had when it was due', () => {
    const request = { deliver_at: '2026-11-02T12:00:00Z', expires_at: '2026-11-02T12:05:00Z' };
    expect(asOfNow(request, sentAtMs, nowMs)).toEqual({ expires_at: '2026-11-21T12:05:00.000Z' });
    expect(asOfNow({ deliver_at: '2026-11-02T12:00:00Z' }, sentAtMs, nowMs).deliver_at).toBeUndefined();
  });

  it('keeps an expiry that is no time, so that it is rejected as it was', () => {
    expect(asOfNow({ expires_at: 'soon' }, sentAtMs, nowMs)).toMatchObject({ expires_at: 'soon' });
  });
});
