// Events: what is valid, what is wrong with what is not, and that nothing makes the parser throw.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../protocol/event.ts';

const request = { user_id: 'alice', title: 'T', message: 'M', notification_type: 'system' };
const envelope = (detail: unknown, type = 'notification.requested') =>
  JSON.stringify({ id: 'e1', 'detail-type': type, source: 's', time: '2026-11-21T07:00:00Z', detail });
const fieldOf = (detail: unknown, type?: string) => {
  const parsed = parseEvent(envelope(detail, type));
  return 'rejection' in parsed ? parsed.rejection.field : undefined;
};

describe('a request', () => {
  it('has defaults, and one shape from here on', () => {
    const parsed = parseEvent(envelope(request));
    expect(parsed).toMatchObject({
      event: {
        eventId: 'e1',
        acceptedAtMs: Date.UTC(2026, 10, 21, 7),
        request: { priority: 'normal', payload: {}, requires_ack: false, store: true },
      },
    });
  });

  it.each<[string, object, string]>([
    ['no audience', { user_id: undefined }, 'user_id'],
    ['two audiences', { topic: 'chat:1' }, 'topic'],
    ['a user id with #', { user_id: 'a#b' }, 'user_id'],
    ['a user id with a space', { user_id: 'a b' }, 'user_id'],
    ['a long user id', { user_id: 'x'.repeat(129) }, 'user_id'],
    ['a user id that is a number', { user_id: 7 }, 'user_id'],
    ['no users', { user_id: undefined, user_ids: [] }, 'user_ids'],
    [
      'everyone among users',
      { user_id: undefined, user_ids: ['a', '00000000-0000-0000-0000-000000000000'] },
      'user_ids[1]',
    ],
    ['10,001 users', { user_id: undefined, user_ids: Array.from({ length: 10_001 }, (_, at) => `u${at}`) }, 'user_ids'],
    ['a bad topic', { user_id: undefined, topic: 'Chat 1' }, 'topic'],
    ['a topic of 129 characters', { user_id: undefined, topic: `chat:${'1'.repeat(124)}` }, 'topic'],
    ['no title', { title: undefined }, 'title'],
    ['a null title', { title: null }, 'title'],
    ['an empty title', { title: '' }, 'title'],
    ['a long title', { title: 'x'.repeat(256) }, 'title'],
    ['no message', { message: undefined }, 'message'],
    ['a message that is an object', { message: {} }, 'message'],
    ['no type', { notification_type: undefined }, 'notification_type'],
    ['a long type', { notification_type: 'x'.repeat(101) }, 'notification_type'],
    ['an unknown priority', { priority: 'urgent' }, 'priority'],
    ['a payload that is a list', { payload: [] }, 'payload'],
    ['a large payload', { payload: { text: 'x'.repeat(24 * 1024) } }, 'payload'],
    ['a time in words', { deliver_at: 'tomorrow' }, 'deliver_at'],
    ['a time without a zone', { deliver_at: '2026-11-21T07:00:00' }, 'deliver_at'],
    ['a day that does not exist', { deliver_at: '2026-02-30T07:00:00Z' }, 'deliver_at'],
    [
      'an end before the delivery',
      { deliver_at: '2026-11-22T07:00:00Z', expires_at: '2026-11-21T07:00:00Z' },
      'expires_at',
    ],
    ['an ack that is text', { requires_ack: 'yes' }, 'requires_ack'],
    ['an ack for a live-only request', { requires_ack: true, store: false }, 'requires_ack'],
    ['a long id', { id: 'x'.repeat(65) }, 'id'],
    ['a misspelt field', { prioritty: 'high' }, 'prioritty'],
  ])('with %s is rejected by name', (_, change, field) => expect(fieldOf({ ...request, ...change })).toBe(field));

  it('counts characters up to the limits in', () => {
    expect(
      fieldOf({
        ...request,
        title: 'x'.repeat(255),
        notification_type: 'x'.repeat(100),
        id: 'x'.repeat(64),
        user_id: 'x'.repeat(128),
      }),
    ).toBeUndefined();
  });

  it('needs no text when it is live only', () => {
    expect(fieldOf({ user_id: 'a', notification_type: 'typing', store: false })).toBeUndefined();
    expect(fieldOf({ topic: 'chat:1', notification_type: 'typing' })).toBeUndefined();
  });

  it('brings its time to UTC', () => {
    const parsed = parseEvent(envelope({ ...request, deliver_at: '2026-11-21T09:00:00+02:00' }));
    expect(parsed).toMatchObject({ event: { request: { deliver_at: '2026-11-21T07:00:00.000Z' } } });
  });
});

describe('anything else', () => {
  it.each([
    ['not JSON', '{', 'body'],
    ['no envelope', '[]', 'body'],
    ['no detail type', '{"id":"1","detail":{}}', 'detail-type'],
    ['another detail type', envelope({}, 'order.created'), 'detail-type'],
    ['a detail that is text', envelope('hello'), 'detail'],
    ['a logout of nobody', envelope({}, 'user.logged_out'), 'user_id'],
    ['a cancellation without an id', envelope({}, 'notification.cancelled'), 'id'],
  ])('%s is rejected', (_, body, field) => {
    const parsed = parseEvent(body);
    expect('rejection' in parsed && parsed.rejection.field).toBe(field);
  });

  it('never throws, and always names a field', () => {
    const odd = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((detail) => envelope(detail)),
      fc.object().map((extra) => envelope({ ...request, ...extra })),
    );
    fc.assert(
      fc.property(odd, (body) => {
        const parsed = parseEvent(body);
        if ('rejection' in parsed) expect(parsed.rejection.field + parsed.rejection.reason).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a mapped event', () => {
  const EVERYONE = '00000000-0000-0000-0000-000000000000';
  const mapped = (may_reach_everyone: boolean | undefined) =>
    parseEvent(JSON.stringify({ ...JSON.parse(envelope({ ...request, user_id: EVERYONE })), may_reach_everyone }));

  it('with the nil UUID reaches nobody unless its mapping is for everyone', () => {
    expect(mapped(false)).toMatchObject({ rejection: { field: 'user_id' } });
    expect(mapped(true)).toHaveProperty('event');
    expect(mapped(undefined)).toHaveProperty('event');
  });
});
