// What must be acknowledged: three sends five seconds apart, then the phone; an acknowledgement ends it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { registerPhone } from '../support/phone.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack?.close());

describe('requires_ack', () => {
  it('is sent three times, 5 s apart', async () => {
    const bystander = await stack.connect(newUser('bystander'));
    const userId = newUser('silent');
    const [one, two] = await Promise.all([stack.connect(userId), stack.connect(userId)]);
    await stack.notify({ user_id: userId, title: 'Answer me', requires_ack: true });
    await one.frame('notification');
    await stack.settle();
    for (let sends = 1; sends < 3; sends++) {
      await stack.pass(5.5);
      await one.frame(() => one.of('notification').length > sends);
    }
    await stack.pass(6);
    await Promise.all([one.caughtUp(), two.caughtUp(), bystander.caughtUp()]);
    for (const sent of [one, two]) {
      const sends = sent.of('notification').map(({ notification }) => notification);
      expect(sends.map(({ retry_count: count }) => count)).toEqual([0, 1, 2]);
      expect(new Set(sends.map(({ id }) => id)).size).toBe(1);
      expect(Date.parse(sends[2].last_retry_at) - Date.parse(sends[2].sent_at)).toBeGreaterThanOrEqual(9_900);
    }
    expect(bystander.of('notification')).toEqual([]);
  });

  it.each([
    ['before any other send', 0, 1],
    ['between two sends', 6, 2],
  ])('stops when acknowledged %s', async (_, seconds, sends) => {
    const userId = newUser('acks');
    const socket = await stack.connect(userId);
    await stack.notify({ user_id: userId, requires_ack: true });
    const { notification } = await socket.frame('notification');
    await stack.settle();
    await stack.pass(seconds);
    await socket.frame(() => socket.of('notification').length >= sends);
    socket.send({ action: 'ack', notification_id: notification.id });
    expect(await socket.frame('acked')).toEqual({ type: 'acked', notification_ids: [notification.id] });
    await stack.pass(stack.isLocal ? 60 : 12);
    await socket.caughtUp();
    expect(socket.of('notification')).toHaveLength(sends);
    const [row] = await notificationsOf(stack, userId);
    expect(row!.acknowledged_at).toEqual(expect.any(String));
  });
});

describe.skipIf(!hasControlApi)('requires_ack, with a phone (needs the local clock)', () => {
  it('is sent at 0, 5 and 10 s, then pushed once at 15 s; the audit fields say so', async () => {
    const userId = newUser('silent');
    const phone = await registerPhone(stack, userId);
    const socket = await stack.connect(userId);
    await stack.notify({ user_id: userId, title: 'Answer me', requires_ack: true });
    await stack.settle();
    for (const [seconds, sends] of [
      [4, 1],
      [1.5, 2],
      [3, 2],
      [2, 3],
      [4, 3],
    ] as const) {
      await stack.local.advance(seconds);
      await socket.caughtUp();
      expect(socket.of('notification')).toHaveLength(sends);
      expect(await phone.messages()).toEqual([]);
    }
    await stack.local.advance(2);
    expect(await phone.messages()).toHaveLength(1);
    await stack.local.advance(300);
    await socket.caughtUp();
    expect(socket.of('notification')).toHaveLength(3);
    expect(await phone.messages()).toHaveLength(1);
    const [{ notification: first }, , { notification: third }] = socket.of('notification') as [any, any, any];
    expect(first).toMatchObject({ requires_ack: true, acknowledged: false, retry_count: 0, last_retry_at: null });
    expect(third).toMatchObject({ id: first.id, retry_count: 2, acknowledged: false });
    const { body } = await stack.as(userId, 'GET', `/api/v2/notifications/${first.id}`);
    expect(body).toMatchObject({ retry_count: 2, acknowledged: false, acknowledged_at: null, is_processed: true });
    expect(Date.parse(body.last_retry_at) - Date.parse(body.sent_at)).toBeGreaterThanOrEqual(9_900);
  });

  it.each([
    ['before any other send', 0, 1],
    ['between two sends', 6, 2],
  ])('ends without a push when acknowledged %s', async (_, seconds, sends) => {
    const userId = newUser('acks');
    const phone = await registerPhone(stack, userId);
    const socket = await stack.connect(userId);
    await stack.notify({ user_id: userId, requires_ack: true });
    const { notification } = await socket.frame('notification');
    await stack.settle();
    await stack.local.advance(seconds);
    socket.send({ action: 'ack', notification_id: notification.id });
    expect(await socket.frame('acked')).toEqual({ type: 'acked', notification_ids: [notification.id] });
    await stack.local.advance(60);
    await socket.caughtUp();
    expect(socket.of('notification')).toHaveLength(sends);
    expect(await phone.messages()).toEqual([]);
    const { body } = await stack.as(userId, 'GET', `/api/v2/notifications/${notification.id}`);
    expect(body.acknowledged).toBe(true);
    expect(body.acknowledged_at).not.toBeNull();
  });

  it('is pushed at once when nobody is there', async () => {
    const userId = newUser('offline');
    const phone = await registerPhone(stack, userId);
    await stack.notify({ user_id: userId, requires_ack: true });
    await stack.settle();
    expect(await phone.messages()).toHaveLength(1);
    await stack.local.advance(60);
    expect(await phone.messages()).toHaveLength(1);
  });

  it('is pushed at the first check when every socket has gone', async () => {
    const userId = newUser('leaves');
    const phone = await registerPhone(stack, userId);
    const socket = await stack.connect(userId);
    await stack.notify({ user_id: userId, requires_ack: true });
    await socket.frame('notification');
    await socket.close();
    await stack.settle();
    await stack.local.advance(6);
    expect(await phone.messages()).toHaveLength(1);
    await stack.local.advance(60);
    expect(await phone.messages()).toHaveLength(1);
  });

  it('scheduled for many: no chain of functions and queues longer than four', async () => {
    const users = [newUser('chain'), newUser('chain')];
    const phone = await registerPhone(stack, users[0]!);
    const sockets = await Promise.all(users.map((userId) => stack.connect(userId)));
    const at = new Date((await stack.now()) + 90_000).toISOString();
    await stack.notify({ user_ids: users, requires_ack: true, deliver_at: at });
    await stack.settle();
    await stack.local.advance(120);
    expect(await phone.messages()).toHaveLength(1);
    for (const socket of sockets) expect(socket.of('notification')).toHaveLength(3);
    expect(await stack.local.longestChain()).toBeLessThanOrEqual(4);
  });
});

describe('ack frames', () => {
  it('touch one’s own only; unknown ids and other users’ change nothing; twice is harmless', async () => {
    const [alice, bob] = [newUser('alice'), newUser('bob')];
    const [ofAlice, ofBob] = await Promise.all([stack.connect(alice), stack.connect(bob)]);
    await stack.notify({ user_id: alice, title: 'One' });
    await stack.notify({ user_id: alice, title: 'Two' });
    const ids = await Promise.all(
      ['One', 'Two'].map(
        async (title) => (await ofAlice.frame((f) => f.notification?.title === title)).notification.id,
      ),
    );
    const unknown = '0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee';
    ofBob.send({ action: 'ack', notification_ids: [...ids, unknown] });
    expect(await ofBob.frame('acked')).toEqual({ type: 'acked', notification_ids: [] });
    expect((await notificationsOf(stack, alice)).map((row) => row.acknowledged_at)).toEqual([undefined, undefined]);
    expect(await notificationsOf(stack, bob)).toEqual([]);

    ofAlice.send({ action: 'ack', notification_ids: [...ids, unknown] });
    expect(await ofAlice.frame('acked')).toEqual({ type: 'acked', notification_ids: ids });
    const first = (await notificationsOf(stack, alice)).map((row) => row.acknowledged_at);
    expect(first.every(Boolean)).toBe(true);
    ofAlice.send({ action: 'ack', notification_ids: ids });
    await ofAlice.frame(() => ofAlice.of('acked').length === 2);
    expect((await notificationsOf(stack, alice)).map((row) => row.acknowledged_at)).toEqual(first);
  });
});
