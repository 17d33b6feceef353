// Events that cannot be carried out: each goes whole to the rejected queue with the field named, once, and is never
// retried.
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EVERYONE } from '../../protocol/user-id.ts';
import { newUser } from '../support/new-user.ts';
import { expectQueuesEmpty, type RejectedEvent, takeRejected } from '../support/queue-contents.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { notificationsOf } from '../support/stored-rows.ts';
import { ownsTarget } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

const user = newUser('alice');
const valid = { user_id: user, title: 'A title', message: 'A message', notification_type: 'system' };
const { user_id: _user, ...nobody } = valid;
const times = (count: number, text = 'x') => text.repeat(count);

/** What is wrong, the detail, and the field that must be named. */
const BAD_REQUESTS: [string, unknown, string][] = [
  ['nothing in it', {}, 'notification_type'],
  ['no audience', nobody, 'user_id'],
  ['an audience of null', { ...valid, user_id: null }, 'user_id'],
  ['user_id a number', { ...valid, user_id: 42 }, 'user_id'],
  ['user_id empty', { ...valid, user_id: '' }, 'user_id'],
  ['user_id too long', { ...valid, user_id: times(129) }, 'user_id'],
  ['user_id with #', { ...valid, user_id: 'a#b' }, 'user_id'],
  ['user_id with a space', { ...valid, user_id: 'a b' }, 'user_id'],
  ['user_id with a line break', { ...valid, user_id: 'a\nb' }, 'user_id'],
  ['user_id a list', { ...valid, user_id: ['a'] }, 'user_id'],
  ['two audiences', { ...valid, user_ids: ['bob'] }, 'user_ids'],
  ['user and topic', { ...valid, topic: 'chat:1' }, 'topic'],
  ['three audiences', { ...valid, user_ids: ['bob'], topic: 'chat:1' }, 'user_ids'],
  ['user_ids a string', { ...nobody, user_ids: 'bob' }, 'user_ids'],
  ['user_ids empty', { ...nobody, user_ids: [] }, 'user_ids'],
  ['user_ids an object', { ...nobody, user_ids: { 0: 'bob' } }, 'user_ids'],
  ['user_ids with a number', { ...nobody, user_ids: ['bob', 7] }, 'user_ids[1]'],
  ['user_ids with null', { ...nobody, user_ids: ['bob', 'carol', null] }, 'user_ids[2]'],
  ['user_ids with an empty name', { ...nobody, user_ids: [''] }, 'user_ids[0]'],
  ['user_ids with everyone', { ...nobody, user_ids: [EVERYONE] }, 'user_ids[0]'],
  ['user_ids too many', { ...nobody, user_ids: Array.from({ length: 10_001 }, (_, at) => `u${at}`) }, 'user_ids'],
  ['topic a number', { ...nobody, topic: 1 }, 'topic'],
  ['topic misspelt', { ...nobody, topic: 'Chat:1' }, 'topic'],
  ['topic with two colons', { ...nobody, topic: 'chat:1:2' }, 'topic'],
  ['topic empty', { ...nobody, topic: '' }, 'topic'],
  ['topic too long', { ...nobody, topic: `chat:${times(200)}` }, 'topic'],
  ['title missing', { ...valid, title: undefined }, 'title'],
  ['title null', { ...valid, title: null }, 'title'],
  ['title empty', { ...valid, title: '' }, 'title'],
  ['title a number', { ...valid, title: 5 }, 'title'],
  ['title too long', { ...valid, title: times(256) }, 'title'],
  ['message missing', { ...valid, message: undefined }, 'message'],
  ['message empty', { ...valid, message: '' }, 'message'],
  ['message an object', { ...valid, message: { text: 'hello' } }, 'message'],
  ['message too long', { ...valid, message: times(16_385) }, 'message'],
  ['notification_type missing', { ...valid, notification_type: undefined }, 'notification_type'],
  ['notification_type a boolean', { ...valid, notification_type: true }, 'notification_type'],
  ['notification_type empty', { ...valid, notification_type: '' }, 'notification_type'],
  ['notification_type too long', { ...valid, notification_type: times(101) }, 'notification_type'],
  ['notification_type with a space', { ...valid, notification_type: 'chat message' }, 'notification_type'],
  ['priority unknown', { ...valid, priority: 'urgent' }, 'priority'],
  ['priority a number', { ...valid, priority: 1 }, 'priority'],
  ['priority in capitals', { ...valid, priority: 'HIGH' }, 'priority'],
  ['payload a string', { ...valid, payload: '{}' }, 'payload'],
  ['payload a list', { ...valid, payload: [1] }, 'payload'],
  ['payload too large', { ...valid, payload: { text: times(24 * 1024) } }, 'payload'],
  ['payload too large in bytes', { ...valid, payload: { text: times(12 * 1024, 'ä') } }, 'payload'],
  ['deliver_at a number', { ...valid, deliver_at: 1_800_000_000 }, 'deliver_at'],
  ['deliver_at no time', { ...valid, deliver_at: 'tomorrow' }, 'deliver_at'],
  ['deliver_at without a zone', { ...valid, deliver_at: '2026-11-21T07:00:00' }, 'deliver_at'],
  ['deliver_at a day that is not', { ...valid, deliver_at: '2026-02-30T07:00:00Z' }, 'deliver_at'],
  ['requires_ack a string', { ...valid, requires_ack: 'true' }, 'requires_ack'],
  ['requires_ack for what is not stored', { ...valid, store: false, requires_ack: true }, 'requires_ack'],
  ['expires_at a number', { ...valid, expires_at: 1 }, 'expires_at'],
  ['expires_at no time', { ...valid, expires_at: '' }, 'expires_at'],
  [
    'expires_at before deliver_at',
    { ...valid, deliver_at: '2027-01-01T00:00:00Z', expires_at: '2026-12-31T00:00:00Z' },
    'expires_at',
  ],
  ['id a number', { ...valid, id: 7 }, 'id'],
  ['id empty', { ...valid, id: '' }, 'id'],
  ['id too long', { ...valid, id: times(65) }, 'id'],
  ['id with #', { ...valid, id: 'a#b' }, 'id'],
  ['store a string', { ...valid, store: 'false' }, 'store'],
  ['a field that is unknown', { ...valid, titel: 'A title' }, 'titel'],
  ['a field of another shape', { ...valid, userId: user }, 'userId'],
];

const BAD_OTHERS: [string, unknown, string][] = [
  ['notification.cancelled', {}, 'id'],
  ['notification.cancelled', { id: 7 }, 'id'],
  ['notification.cancelled', { id: '' }, 'id'],
  ['notification.cancelled', { id: 'a', user_id: 'b' }, 'user_id'],
  ['user.logged_out', {}, 'user_id'],
  ['user.logged_out', { user_id: null }, 'user_id'],
  ['user.logged_out', { user_id: ['a'] }, 'user_id'],
  ['user.logged_out', { user_id: 'a', reason: 'left' }, 'reason'],
];

/** A message of the dispatch queue that is no event of ours; the operator put it there. */
const BAD_BODIES: [string, string][] = [
  ['not JSON', 'body'],
  ['"text"', 'body'],
  ['null', 'body'],
  ['[]', 'body'],
  ['7', 'body'],
  ['{', 'body'],
  ['{}', 'id'],
  [JSON.stringify({ id: 'e', 'detail-type': 'order.placed', detail: {} }), 'detail-type'],
  [JSON.stringify({ id: 'e', 'detail-type': 7, detail: {} }), 'detail-type'],
  [JSON.stringify({ id: 7, 'detail-type': 'notification.requested', detail: valid }), 'id'],
  [JSON.stringify({ id: '', 'detail-type': 'notification.requested', detail: valid }), 'id'],
  [JSON.stringify({ id: 'e', 'detail-type': 'notification.requested' }), 'detail'],
  [JSON.stringify({ id: 'e', 'detail-type': 'notification.requested', detail: 'text' }), 'detail'],
  [JSON.stringify({ id: 'e', 'detail-type': 'notification.requested', detail: [valid] }), 'detail'],
  [JSON.stringify({ id: 'e', 'detail-type': 'notification.requested', detail: null }), 'detail'],
  [JSON.stringify({ id: 'e', 'detail-type': 'notification.requested', time: 'noon', detail: valid }), 'time'],
  [JSON.stringify({ task: 'deliver' }), 'id'],
  [JSON.stringify({ task: 'unknown', user_id: user }), 'id'],
];

/** The source of the events of one test: by it their rejections are found among others'. */
let source = '';
beforeEach(() => {
  source = newUser('source');
});

const put = (details: unknown[], detailType = 'notification.requested') =>
  stack.put(details.map((detail) => ({ detail_type: detailType, detail, source })));
const ofThisTest = ({ event }: RejectedEvent) => event?.source === source;

/** Everything is handled, and nothing of it was rejected or is left anywhere. */
async function expectNoneRejected(): Promise<void> {
  await stack.settle();
  expect(await takeRejected(stack, ofThisTest, { atLeast: 0 })).toEqual([]);
  await expectQueuesEmpty(stack);
}

/** The one rejection there must be. */
async function rejected(isOurs = ofThisTest): Promise<RejectedEvent> {
  const [found, ...others] = await takeRejected(stack, isOurs, { atLeast: 1 });
  expect(others).toEqual([]);
  await expectQueuesEmpty(stack);
  return found!;
}

describe('rejected', () => {
  it.each(BAD_REQUESTS)('notification.requested with %s', async (_what, detail, field) => {
    await put([detail]);
    const found = await rejected();
    expect(found.attribute).toBe(field);
    expect(found).toMatchObject({ field, reason: expect.stringMatching(/\w/) });
    // Whole: what a person must see to correct it.
    expect(found.event.detail).toEqual(JSON.parse(JSON.stringify(detail)));
    expect(found.event).toMatchObject({ 'detail-type': 'notification.requested', source, id: expect.any(String) });
  });

  it.each(BAD_OTHERS)('%s of %j', async (detailType, detail, field) => {
    await put([detail], detailType);
    expect(await rejected()).toMatchObject({ attribute: field, field, event: { detail } });
  });

  it.each(BAD_BODIES)('a message that is no event: %s', async (text, field) => {
    await stack.sqs.send(new SendMessageCommand({ QueueUrl: stack.outputs.dispatch_queue_url!, MessageBody: text }));
    const whole = text === '"text"' ? 'text' : text;
    const found = await rejected(({ event }) => (typeof event === 'string' ? event : JSON.stringify(event)) === whole);
    expect([found.attribute, found.field]).toEqual([field, field]);
  });

  it('leaves no trace of a rejected request, and names what is wrong in words', async () => {
    await put([{ ...valid, title: 5 }]);
    expect((await rejected()).reason).toBe('must be a string');
    expect(await notificationsOf(stack, user)).toEqual([]);
  });

  it('takes null for absent where a field is optional', async () => {
    const optional = {
      payload: null,
      deliver_at: null,
      expires_at: null,
      id: null,
      topic: null,
      user_ids: null,
      priority: null,
    };
    const other = newUser('nulls');
    await put([{ ...valid, ...optional, user_id: other }]);
    await expectNoneRejected();
    expect(await notificationsOf(stack, other)).toHaveLength(1);
  });

  it('holds at every limit what is just allowed', async () => {
    const other = newUser('limit');
    const limit = {
      user_id: other.padEnd(128, 'x'),
      title: times(255, 'ä'),
      message: times(16_384),
      notification_type: times(100),
      payload: { text: times(24 * 1024 - '{"text":""}'.length) },
      id: other.slice(-64).padEnd(64, 'x'),
    };
    await put([limit]);
    await expectNoneRejected();
    const [row] = await notificationsOf(stack, limit.user_id);
    expect(row).toMatchObject({ title: limit.title, message: limit.message, payload: JSON.stringify(limit.payload) });
  });
});

describe('anything at all', () => {
  const anyValue = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(user, EVERYONE, [user], 'chat:1', true, 0, '', {}),
  );
  const anyDetail = fc.record(
    Object.fromEntries(
      [
        ...Object.keys(valid),
        'user_ids',
        'topic',
        'priority',
        'payload',
        'requires_ack',
        'expires_at',
        'store',
        'other',
      ].map((field) => [field, anyValue]),
    ),
    { requiredKeys: [] },
  );

  it('as a detail is carried out or rejected, at once', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(anyDetail, fc.dictionary(fc.string(), anyValue)), { minLength: 10, maxLength: 10 }),
        async (details) => {
          await put(details);
          await stack.settle();
          const found = await takeRejected(stack, ofThisTest, { atLeast: 0 });
          await expectQueuesEmpty(stack);
          expect(found.length).toBeLessThanOrEqual(details.length);
          for (const { field, attribute } of found) expect(attribute).toBe(field);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('as a message is carried out or rejected, at once', { timeout: 120_000 }, async () => {
    // What SQS itself takes: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((one) => /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u.test(one));
    const json = fc.jsonValue().map((value) => JSON.stringify(value));
    const event = fc
      .record(
        { id: anyValue, 'detail-type': fc.oneof(anyValue, fc.constant('notification.requested')), detail: anyDetail },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, json, event), { minLength: 10, maxLength: 10 }), async (bodies) => {
        await stack.sqs.send(
          new SendMessageBatchCommand({
            QueueUrl: stack.outputs.dispatch_queue_url!,
            Entries: bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody })),
          }),
        );
        await stack.settle();
        // On a stack that others use too, theirs may be among them: only on its own is the number known.
        const found = await takeRejected(stack, () => true, { atLeast: 0 });
        if (ownsTarget) expect(found.length).toBeLessThanOrEqual(bodies.length);
        await expectQueuesEmpty(stack);
      }),
      { numRuns: 15 },
    );
  });
});
