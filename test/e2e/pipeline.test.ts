// From the bus to sockets and inboxes: every user once, whatever is delivered twice, broken or gone.
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYONE } from '../../protocol/user-id.ts';
import { envelope } from '../support/event-envelope.ts';
import { newUser } from '../support/new-user.ts';
import { PAST_HANDSHAKE_SECONDS } from '../support/past-handshake.ts';
import { drain, expectQueuesEmpty } from '../support/queue-contents.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { allRows, broadcasts, connectionsOf, notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi, hasTokens, ownsTarget } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

const aRequest = { title: 'A title', message: 'A message', notification_type: 'system' };

/** Everything that was to come has come. */
async function seen(sockets: { caughtUp(): Promise<void> }[]) {
  await stack.settle();
  await Promise.all(sockets.map((socket) => socket.caughtUp()));
}

const aMinuteAgo = () => new Date(Date.now() - 60_000).toISOString();

describe('the same event twice', () => {
  it.skipIf(!hasControlApi)('from the bus: one row, one frame on each socket (needs the control API)', async () => {
    const user = newUser('twice');
    const tabs = await Promise.all([stack.connect(user), stack.connect(user)]);
    await stack.local.duplicateNext(1);
    await stack.notify({ user_id: user, title: 'Once' });
    await seen(tabs);
    expect((await stack.local.call('POST', 'bus', { duplicate_next: 0 })).duplicates_left).toBe(0);
    expect(await notificationsOf(stack, user)).toHaveLength(1);
    for (const tab of tabs) expect(tab.of('notification')).toHaveLength(1);
  });

  it('from the queue: one row, one frame', async () => {
    const user = newUser('queue');
    const socket = await stack.connect(user);
    const body = envelope(newUser('event'), { ...aRequest, user_id: user });
    for (let time = 0; time < 2; time++) {
      await stack.sqs.send(new SendMessageCommand({ QueueUrl: stack.outputs.dispatch_queue_url!, MessageBody: body }));
      await socket.frame('notification');
    }
    await seen([socket]);
    expect(await notificationsOf(stack, user)).toHaveLength(1);
    expect(socket.of('notification')).toHaveLength(1);
  });

  it.skipIf(!hasTokens)(
    'late, after everything was marked read: one row, unread, however the mark moves on (needs tokens)',
    async () => {
      const user = newUser('late');
      const socket = await stack.connect(user);
      const event = {
        ...JSON.parse(envelope(newUser('event'), { ...aRequest, user_id: user, title: 'Late' })),
        ingested_at: aMinuteAgo(),
      };
      for (const [at, title] of ['First', 'Second'].entries()) {
        await stack.notify({ user_id: user, title });
        await socket.frame((frame) => frame.notification?.title === title);
        await stack.as(user, 'PUT', '/api/v2/notifications/mark-all-read');
        await stack.sqs.send(
          new SendMessageCommand({ QueueUrl: stack.outputs.dispatch_queue_url!, MessageBody: JSON.stringify(event) }),
        );
        if (at > 0) break;
        const late = await socket.frame((frame) => frame.notification?.title === 'Late');
        expect(late).toMatchObject({ unread_count: 1, notification: { is_read: false } });
      }
      await seen([socket]);
      expect(await notificationsOf(stack, user)).toHaveLength(3);
      expect(socket.of('notification').filter((frame) => frame.notification.title === 'Late')).toHaveLength(1);
    },
  );

  it('from a producer that repeats its own id later: one row, one frame', async () => {
    const user = newUser('producer');
    const id = newUser('order');
    const socket = await stack.connect(user);
    await stack.notify({ user_id: user, id });
    await socket.frame('notification');
    if (stack.isLocal) await stack.local.advance(7);
    await stack.notify({ user_id: user, id });
    await seen([socket]);
    expect(await notificationsOf(stack, user)).toHaveLength(1);
    expect(socket.of('notification')).toHaveLength(1);
  });

  it("live-only under a producer's id: shown once", async () => {
    const user = newUser('signal');
    const id = newUser('signal');
    const socket = await stack.connect(user);
    await stack.notify({ user_id: user, id, store: false });
    await socket.frame('event');
    await stack.notify({ user_id: user, id, store: false });
    await seen([socket]);
    expect(socket.of('event').filter((frame) => frame.event_type === 'system')).toHaveLength(1);
  });

  it('for many, with names repeated: one row and one frame for each', async () => {
    const [first, second] = [newUser('many'), newUser('many')];
    const sockets = await Promise.all([stack.connect(first), stack.connect(second)]);
    const body = envelope(newUser('event'), { ...aRequest, user_ids: [first, second, first, second, first] });
    for (let time = 0; time < 2; time++) {
      await stack.sqs.send(new SendMessageCommand({ QueueUrl: stack.outputs.dispatch_queue_url!, MessageBody: body }));
      await Promise.all(sockets.map((socket) => socket.frame('notification')));
    }
    await seen(sockets);
    for (const user of [first, second]) expect(await notificationsOf(stack, user)).toHaveLength(1);
    for (const socket of sockets) expect(socket.of('notification')).toHaveLength(1);
  });

  it('is another notification when only its words are the same', async () => {
    const user = newUser('again');
    const socket = await stack.connect(user);
    await stack.notify({ user_id: user });
    await stack.notify({ user_id: user });
    await seen([socket]);
    expect(await notificationsOf(stack, user)).toHaveLength(2);
    expect(new Set(socket.of('notification').map((frame) => frame.notification.id)).size).toBe(2);
  });
});

describe.skipIf(!hasControlApi)('one batch (needs the control API)', () => {
  it('with one bad, one gone and one good recipient treats each rightly', async () => {
    const [gone, good, bad] = [newUser('gone'), newUser('good'), newUser('bad')];
    await stack.connect(gone);
    const socket = await stack.connect(good);
    const [connection] = await stack.local.connections().then((all) => all.filter((one) => one.user_id === gone));
    await stack.local.cut(connection!.id);
    // Until it is older, a row without a socket may be one that is just opening.
    await stack.local.advance(PAST_HANDSHAKE_SECONDS);
    await stack.local.resetMeter();
    const bodies = [
      envelope('batch-bad', { ...aRequest, user_id: bad, priority: 'urgent' }),
      envelope('batch-gone', { ...aRequest, user_id: gone }),
      envelope('batch-good', { ...aRequest, user_id: good }),
    ];
    await stack.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: stack.outputs.dispatch_queue_url!,
        Entries: bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody })),
      }),
    );
    await seen([socket]);

    expect((await stack.local.meter()).by.lambda_requests).toEqual({ dispatch: 1 });
    const [rejected, ...others] = await drain(stack, stack.outputs.rejected_queue_url!);
    expect(others).toEqual([]);
    expect(rejected!.MessageAttributes!.field!.StringValue).toBe('priority');
    expect(await notificationsOf(stack, bad)).toEqual([]);
    expect(await connectionsOf(stack, gone)).toEqual([]);
    expect(await notificationsOf(stack, gone)).toEqual([expect.not.objectContaining({ sent_at: expect.anything() })]);
    expect(await notificationsOf(stack, good)).toEqual([expect.objectContaining({ sent_at: expect.any(String) })]);
    expect(socket.of('notification')).toHaveLength(1);
    await expectQueuesEmpty(stack);
  });
});

describe('live only', () => {
  it('is a frame to connected clients, and is not stored', async () => {
    const user = newUser('live');
    const tabs = await Promise.all([stack.connect(user), stack.connect(user)]);
    await stack.notify({ user_id: user, store: false, notification_type: 'typing', payload: { by: 'bob' } });
    for (const tab of tabs) {
      expect(await tab.frame('event')).toEqual({
        type: 'event',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        topic: 'notifications',
        event_type: 'typing',
        payload: { by: 'bob' },
        title: 'A title',
        message: 'A message',
      });
    }
    expect(await notificationsOf(stack, user)).toEqual([]);
  });

  it('needs no title and no message', async () => {
    const user = newUser('live');
    const socket = await stack.connect(user);
    await stack.put([
      {
        detail_type: 'notification.requested',
        detail: { user_id: user, store: false, notification_type: 'data.changed' },
      },
    ]);
    expect(await socket.frame('event')).toEqual({
      type: 'event',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      topic: 'notifications',
      event_type: 'data.changed',
      payload: {},
    });
  });
});

describe.skipIf(!ownsTarget)('everyone (needs a stack of its own)', () => {
  it('is stored once and reaches every socket', async () => {
    const sockets = await Promise.all(
      [newUser('one'), newUser('two'), newUser('three')].map((user) => stack.connect(user)),
    );
    const before = await broadcasts(stack);
    await stack.notify({ user_id: EVERYONE, title: 'To all' });
    await Promise.all(sockets.map((socket) => socket.frame('notification')));
    await stack.settle();
    await Promise.all(sockets.map((socket) => socket.caughtUp()));
    for (const socket of sockets) {
      expect(socket.of('notification').map((frame) => frame.notification.title)).toEqual(['To all']);
    }
    expect(await broadcasts(stack)).toHaveLength(before.length + 1);
  });

  it('delivered twice is stored once and shown once', async () => {
    const socket = await stack.connect(newUser('one'));
    const before = await broadcasts(stack);
    await stack.local.duplicateNext(1);
    await stack.notify({ user_id: EVERYONE, title: 'To all again' });
    await socket.frame('notification');
    await stack.settle();
    await socket.caughtUp();
    expect(socket.of('notification')).toHaveLength(1);
    expect(await broadcasts(stack)).toHaveLength(before.length + 1);
  });

  it('live only, or as the topic that everyone has: a frame for all, stored nowhere', async () => {
    const before = await broadcasts(stack);
    const sockets = await Promise.all([newUser('one'), newUser('two')].map((user) => stack.connect(user)));
    await stack.notify({ user_id: EVERYONE, store: false, notification_type: 'maintenance' });
    await stack.put([
      {
        detail_type: 'notification.requested',
        detail: { topic: 'global_notifications', notification_type: 'restart' },
      },
    ]);
    for (const socket of sockets) {
      for (const eventType of ['maintenance', 'restart']) {
        const frame = await socket.frame((one) => one.event_type === eventType);
        expect(frame).toMatchObject({ type: 'event', topic: 'global_notifications' });
      }
    }
    expect(await broadcasts(stack)).toHaveLength(before.length);
  });
});

describe('many users', () => {
  /** The most a request may name is 10,000: `E2E_MANY_USERS=10000`. */
  const count = Number(process.env.E2E_MANY_USERS ?? 500);

  it(`${count} at once: each exactly one row, and each connected user one frame`, { timeout: 300_000 }, async () => {
    const batch = newUser('crowd');
    const userIds = Array.from({ length: count }, (_, at) => `${batch}.${at}`);
    const socket = await stack.connect(userIds.at(-1)!);
    await stack.notify({ user_ids: userIds, title: 'For many' });
    await socket.frame('notification', 120_000);
    await stack.settle();
    await socket.caughtUp();
    expect(socket.of('notification')).toHaveLength(1);
    if (!ownsTarget) return;
    const stored = (await allRows(stack)).filter(
      (row) => row.pk.startsWith(`USER#${batch}.`) && row.sk.startsWith('N#') && row.filed_at_ms === undefined,
    );
    expect(stored).toHaveLength(count);
    expect(new Set(stored.map((row) => row.pk)).size).toBe(count);
    await expectQueuesEmpty(stack);
  });

  it('one alone, named in a list', async () => {
    const user = newUser('only');
    const socket = await stack.connect(user);
    await stack.notify({ user_ids: [user] });
    expect((await socket.frame('notification')).notification.user_id).toBe(user);
  });
});
