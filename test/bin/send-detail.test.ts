import { describe, expect, it } from 'vitest';
import { checkDetail, detailText, type SendFlags } from '../../bin/send-detail.ts';
import { EVERYONE } from '../../protocol/user-id.ts';

const NOW = Date.parse('2026-11-21T14:00:00.000Z');
const HELLO = { to: 'alice', title: 'Hello', message: 'Your build is ready', type: 'system' };
const detailOf = (flags: Partial<SendFlags>) => JSON.parse(detailText({ ...HELLO, ...flags }, NOW));
const refusal = (flags: Partial<SendFlags>): string => {
  try {
    checkDetail(detailText({ ...HELLO, ...flags }, NOW));
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('npm run send', () => {
  it.each<[Partial<SendFlags>, object]>([
    [{}, { user_id: 'alice', title: 'Hello', message: 'Your build is ready', notification_type: 'system' }],
    [{ to: 'alice, bob' }, { user_ids: ['alice', 'bob'] }],
    [{ to: 'everyone' }, { user_id: EVERYONE }],
    [{ to: undefined, topic: 'chat:42' }, { topic: 'chat:42' }],
    [{ at: '60' }, { deliver_at: '2026-11-21T14:01:00.000Z' }],
    [
      { ack: true, live: true },
      { requires_ack: true, store: false },
    ],
  ])('makes a request of %j', (flags, detail) => {
    expect(detailOf(flags)).toMatchObject(detail);
  });

  it('keeps the payload as it was typed', () => {
    expect(detailText({ ...HELLO, payload: '{"price": 228.40}' }, NOW)).toContain('"payload":{"price": 228.40}');
  });

  it.each<[Partial<SendFlags>, string]>([
    [{ to: 'a b' }, 'Not sent: --to must not contain #, white space'],
    [{ to: 'alice,b c' }, 'Not sent: --to, user_ids[1], must not contain'],
    [{ title: 'x'.repeat(256) }, 'Not sent: --title must have at most 255 characters.'],
    [{ title: undefined }, 'Not sent: --title is missing'],
    [{ priority: 'urgent' }, 'Not sent: --priority must be'],
    [{ at: 'tomorrow' }, 'Not sent: --at must be'],
    [{ payload: '{"a":' }, 'Not sent: --payload is not JSON: '],
    [{ payload: '[1]' }, 'Not sent: --payload must be'],
    [{ payload: '{"id":90071992547409931}' }, 'Not sent: --payload'],
    [{ topic: 'chat:42' }, 'Not sent: give one of --to and --topic.'],
    [{ to: undefined, topic: 'Chat 42' }, 'Not sent: --topic must look like'],
  ])('refuses %j before it sends, in one line that names the flag', (flags, line) => {
    expect(refusal(flags)).toContain(line);
    expect(refusal(flags)).not.toContain('\n');
  });

  it('sends what is valid', () => {
    expect(refusal({})).toBe('');
    expect(refusal({ at: '2026-11-22T00:00:00Z', payload: '{}', priority: 'high', id: 'own' })).toBe('');
  });
});
