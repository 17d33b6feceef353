// What a payload may hold, and that everything else is refused with the field named, at once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../protocol/event.ts';

const event = (detail: string) => `{"id":"e1","detail-type":"notification.requested","source":"s","detail":${detail}}`;
const withPayload = (payload: string) =>
  event(`{"user_id":"alice","title":"T","message":"M","notification_type":"system","payload":${payload}}`);
const fieldOf = (body: string) => {
  const parsed = parseEvent(body);
  return 'rejection' in parsed ? parsed.rejection.field : undefined;
};
const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;

describe('a payload', () => {
  it.each([
    ['the largest exact integers', '{"a":9007199254740991,"b":-9007199254740991}'],
    ['tiny and huge fractions', '{"a":1e-200,"b":5e-324,"c":0.1,"d":-1.5e-7}'],
    ['32 levels', nested(32)],
    ['64 levels', nested(64)],
    ['keys of Object.prototype', '{"constructor":{"name":1},"__proto__":{"polluted":true},"toString":null}'],
    ['empty names and texts', '{"":"","a":{"":[]}}'],
    ['control characters', '{"a":"\\u0000\\u001f\\u007f"}'],
    ['every other plane', '{"\\ud83d\\udd14":"\\udbff\\udfff"}'],
  ])('may have %s, and is kept as it was sent', (_, payload) => {
    const parsed = parseEvent(withPayload(payload));
    expect(parsed).toHaveProperty('event');
    const { request } = (parsed as { event: { request: { payload: unknown } } }).event;
    expect(JSON.stringify(request.payload)).toBe(JSON.stringify(JSON.parse(payload)));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['an integer beyond 2^53 - 1', '{"a":{"b":[1,9007199254740993]}}', 'payload.a.b[1]'],
    ['a negative one', '{"a":-9007199254740992}', 'payload.a'],
    ['one written as a float', '{"a":1e21}', 'payload.a'],
    ['an infinite number', '{"a":1e400}', 'payload.a'],
    ['half a character', '{"a":["\\ud800"]}', 'payload.a[0]'],
    ['half a character in a name', '{"a":{"\\udc00":1}}', 'payload.a'],
    ['U+FFFE', '{"a":"\\ufffe"}', 'payload.a'],
    ['U+FFFF', '{"a":"x\\uffffy"}', 'payload.a'],
  ])('with %s is refused', (_, payload, field) => {
    expect(fieldOf(withPayload(payload))).toBe(field);
  });

  it('with 65 levels is refused, and with a hundred thousand too', () => {
    expect(fieldOf(withPayload(nested(65)))).toMatch(/^payload\.a/);
    expect(fieldOf(withPayload(nested(100_000)))).toMatch(/^(payload|body)/);
    expect(fieldOf(event(`${'['.repeat(100_000)}${']'.repeat(100_000)}`))).toBeDefined();
  });

  it('of any JSON is kept or refused, never changed', () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 4, withNullPrototype: false }), (value) => {
        const text = JSON.stringify(value);
        const parsed = parseEvent(withPayload(text));
        if ('rejection' in parsed) return parsed.rejection.field.startsWith('payload');
        return JSON.stringify((parsed.event as never as { request: { payload: unknown } }).request.payload) === text;
      }),
    );
  });
});

it.each([
  ['title', '"title":"\\ud800"'],
  ['message', '"message":"a\\uffff"'],
  ['notification_type', '"notification_type":"\\udfff"'],
  ['id', '"id":"\\ufffe"'],
  ['user_id', '"user_id":"\\ud800"'],
  ['user_ids[1]', '"user_id":null,"user_ids":["a","\\ud800"]'],
])('%s with ill-formed text is refused by that name', (field, part) => {
  const whole = { user_id: 'alice', title: 'T', message: 'M', notification_type: 'system' };
  const rest = JSON.stringify(whole).slice(1, -1);
  expect(fieldOf(event(`{${rest},${part}}`))).toBe(field);
});

it.each(['\u0000', '\u0007', '\u200b', '\u200f', '\u202e', '\u2066', '\ufeff', '\u00ad'])(
  'a user id with the invisible character %j is refused',
  (character) => {
    const detail = { user_id: `a${character}b`, title: 'T', message: 'M', notification_type: 'system' };
    expect(fieldOf(event(JSON.stringify(detail)))).toBe('user_id');
    expect(fieldOf(event(JSON.stringify({ ...detail, user_id: undefined, topic: `wal:a${character}b` })))).toBe(
      'topic',
    );
  },
);

describe('an unknown detail type', () => {
  const reasonOf = (type: string) => {
    const parsed = parseEvent(JSON.stringify({ id: 'e1', 'detail-type': type, detail: {} }));
    return 'rejection' in parsed ? parsed.rejection : undefined;
  };
  it.each([
    ['notification.request', 'notification.requested'],
    ['notification_requested', 'notification.requested'],
    ['Notification.Requested', 'notification.requested'],
    ['notification.canceled', 'notification.cancelled'],
    ['user.loggedout', 'user.logged_out'],
  ])('%s is refused with a hint', (type, meant) => {
    expect(reasonOf(type)).toEqual({ field: 'detail-type', reason: `unknown detail type, did you mean ${meant}?` });
  });
  it('that is like none is refused with all there are', () => {
    expect(reasonOf('order.placed')?.reason).toMatch(/use one of notification\.requested, /);
    expect(reasonOf('x'.repeat(10_000))?.reason).toMatch(/use one of/);
  });
});
