// What users decide about being disturbed: channels, muted types, quiet hours, and a limit for what goes wild.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { registerPhone } from '../support/phone.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi, hasTokens } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack?.close());

async function prefer(userId: string, preferences: object): Promise<void> {
  const before = (await stack.as(userId, 'GET', '/api/v2/preferences')).body;
  const { status, body } = await stack.as(userId, 'PUT', '/api/v2/preferences', { ...before, ...preferences });
  expect([status, body]).toMatchObject([200, preferences]);
}

async function notifyAndSettle(request: Parameters<StackUnderTest['notify']>[0]): Promise<void> {
  await stack.notify(request);
  await stack.settle();
}

/** Quiet from a minute ago until `minutes` from now, by the clock of that zone. */
async function quietFor(minutes: number, time_zone: string) {
  const wall = (ms: number) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: time_zone, hour: '2-digit', minute: '2-digit' }).format(ms);
  const now = await stack.now();
  return { start: wall(now - 60_000), end: wall(now + minutes * 60_000), time_zone };
}

describe.skipIf(!hasTokens)('sockets (needs tokens)', () => {
  it('off: an open tab gets nothing, the inbox does', async () => {
    const userId = newUser('no-socket');
    await prefer(userId, { websocket_notifications: false });
    const socket = await stack.connect(userId);
    await notifyAndSettle({ user_id: userId });
    await socket.caughtUp();
    expect(socket.of('notification')).toEqual([]);
    expect(await notificationsOf(stack, userId)).toHaveLength(1);
  });

  it('get no notification of a muted type, and signals all the same', async () => {
    const userId = newUser('muted');
    await prefer(userId, { muted_types: ['noise'] });
    const socket = await stack.connect(userId);
    await notifyAndSettle({ user_id: userId, notification_type: 'noise' });
    await notifyAndSettle({ user_id: userId, notification_type: 'signal', store: false });
    await socket.frame('event');
    expect(socket.of('notification')).toEqual([]);
    const { body } = await stack.as(userId, 'GET', '/api/v2/notifications');
    expect(body.notifications).toMatchObject([{ last_error: 'muted', sent_at: null }]);
  });
});

describe.skipIf(!hasControlApi)('channels (needs phones)', () => {
  it('push off: it waits in the inbox; critical is pushed all the same', async () => {
    const userId = newUser('no-push');
    const phone = await registerPhone(stack, userId);
    await prefer(userId, { push_notifications: false });
    await notifyAndSettle({ user_id: userId });
    expect(await phone.messages()).toEqual([]);
    await notifyAndSettle({ user_id: userId, priority: 'critical' });
    expect(await phone.messages()).toHaveLength(1);
    expect(await notificationsOf(stack, userId)).toHaveLength(2);
  });

  it('push off and on: what goes to everyone follows, on phones registered before and after', async () => {
    const userId = newUser('everyone');
    const before = await registerPhone(stack, userId);
    const toEveryone = () => notifyAndSettle({ user_id: '00000000-0000-0000-0000-000000000000' });
    await prefer(userId, { push_notifications: false });
    const after = await registerPhone(stack, userId, 'apns', 'abcdef01');
    await registerPhone(stack, userId, 'fcm', before.token);
    await toEveryone();
    expect([await before.messages(), await after.messages()]).toEqual([[], []]);
    await prefer(userId, { push_notifications: true });
    await toEveryone();
    expect(await before.messages()).toHaveLength(1);
    expect(await after.messages()).toHaveLength(1);
  });

  it('sockets off: a push is sent though a tab is open', async () => {
    const userId = newUser('no-socket');
    const phone = await registerPhone(stack, userId);
    await prefer(userId, { websocket_notifications: false });
    const socket = await stack.connect(userId);
    await notifyAndSettle({ user_id: userId });
    await socket.caughtUp();
    expect(socket.of('notification')).toEqual([]);
    expect(await phone.messages()).toHaveLength(1);
  });

  it('a muted type is stored, nothing more', async () => {
    const userId = newUser('muted');
    const phone = await registerPhone(stack, userId);
    await prefer(userId, { muted_types: ['noise'] });
    const socket = await stack.connect(userId);
    await notifyAndSettle({ user_id: userId, notification_type: 'noise' });
    await notifyAndSettle({ user_id: userId, notification_type: 'signal', store: false });
    await socket.frame('event');
    expect(socket.of('notification')).toEqual([]);
    expect(await phone.messages()).toEqual([]);
    expect(await notificationsOf(stack, userId)).toHaveLength(1);
  });
});

describe.skipIf(!hasControlApi)('quiet hours (needs the local clock)', () => {
  it.each([
    ['soon', 8, 'Europe/Berlin'],
    ['far', 300, 'America/New_York'],
  ])('hold a push back until they end (%s), once', async (_, minutes, zone) => {
    const userId = newUser('quiet');
    const phone = await registerPhone(stack, userId);
    await prefer(userId, { quiet_hours: await quietFor(minutes, zone) });
    await notifyAndSettle({ user_id: userId });
    await stack.local.advance(minutes * 60 - 61);
    expect(await phone.messages()).toEqual([]);
    expect((await notificationsOf(stack, userId))[0]!.last_error).toBe('held');
    await stack.local.advance(61);
    expect(await phone.messages()).toHaveLength(1);
    await stack.local.advance(1_200);
    expect(await phone.messages()).toHaveLength(1);
    const [row] = await notificationsOf(stack, userId);
    expect([row!.sent_at, row!.last_error]).toEqual([expect.any(String), undefined]);
  });

  it('what was read or acknowledged meanwhile is not pushed', async () => {
    const userId = newUser('reads');
    const phone = await registerPhone(stack, userId);
    await prefer(userId, { quiet_hours: await quietFor(20, 'Asia/Kolkata') });
    await notifyAndSettle({ user_id: userId, title: 'read' });
    await notifyAndSettle({ user_id: userId, title: 'acknowledged' });
    await notifyAndSettle({ user_id: userId, title: 'neither' });
    const rows = await notificationsOf(stack, userId);
    const idOf = (title: string) => rows.find((row) => row.title === title)!.sk.slice(2);
    await stack.as(userId, 'PUT', `/api/v2/notifications/${idOf('read')}/read`);
    const socket = await stack.connect(userId);
    socket.send({ action: 'ack', notification_id: idOf('acknowledged') });
    await socket.frame('acked');
    await socket.close();
    await stack.local.advance(1_300);
    const shown = (await phone.messages()).map((one) => one.payload.fcmV1Message.message.notification.title);
    expect(shown).toEqual(['neither']);
  });

  it('do not hold back what is critical, nor what goes to a socket', async () => {
    const userId = newUser('urgent');
    const phone = await registerPhone(stack, userId);
    await prefer(userId, { quiet_hours: await quietFor(20, 'UTC') });
    await notifyAndSettle({ user_id: userId, priority: 'critical' });
    expect(await phone.messages()).toHaveLength(1);
    const socket = await stack.connect(userId);
    await notifyAndSettle({ user_id: userId });
    await socket.frame('notification');
    await stack.local.advance(1_300);
    expect(await phone.messages()).toHaveLength(1);
  });

  it('unacknowledged in quiet hours: pushed once they end, by a chain no longer than four', async () => {
    const userId = newUser('unacknowledged');
    const phone = await registerPhone(stack, userId);
    const at = new Date((await stack.now()) + 30_000).toISOString();
    await prefer(userId, { quiet_hours: await quietFor(10, 'UTC') });
    const socket = await stack.connect(userId);
    await notifyAndSettle({ user_ids: [userId], requires_ack: true, deliver_at: at });
    await stack.local.advance(60);
    expect(socket.of('notification')).toHaveLength(3);
    expect(await phone.messages()).toEqual([]);
    await stack.local.advance(600);
    expect(await phone.messages()).toHaveLength(1);
    expect(await stack.local.longestChain()).toBeLessThanOrEqual(4);
  });
});

describe.skipIf(!hasControlApi)('more than sixty a minute of one type (needs the local clock)', () => {
  it('are stored and summarised, and the rows say why; other types and users are not held up', async () => {
    const [online, offline, other] = [newUser('online'), newUser('offline'), newUser('other')];
    const phone = await registerPhone(stack, offline);
    const socket = await stack.connect(online);
    // All at once: of those under way at the same moment, too, none may pass in the place of another.
    await Promise.all(
      Array.from({ length: 140 }, (_, at) =>
        stack.notify({ user_id: at % 2 === 0 ? online : offline, notification_type: 'loop' }),
      ),
    );
    await stack.settle();
    await socket.caughtUp();
    expect(socket.of('notification')).toHaveLength(60);
    expect(await phone.messages()).toHaveLength(60);
    for (const userId of [online, offline]) {
      const rows = await notificationsOf(stack, userId);
      expect(rows).toHaveLength(70);
      expect(rows.filter((row) => row.last_error === 'rate_limited' && row.sent_at === undefined)).toHaveLength(10);
    }
    await notifyAndSettle({ user_id: online, notification_type: 'loop', priority: 'critical' });
    await notifyAndSettle({ user_id: online, notification_type: 'other' });
    await notifyAndSettle({ user_id: other, notification_type: 'loop' });
    await socket.caughtUp();
    expect(socket.of('notification')).toHaveLength(62);
    await stack.local.advance(61);
    await notifyAndSettle({ user_id: online, notification_type: 'loop' });
    await socket.caughtUp();
    expect(socket.of('notification')).toHaveLength(64);
    const titles = socket.of('notification').map(({ notification }) => notification.title);
    expect(titles).toContain('10 more notifications');
    expect((await phone.messages()).length).toBe(61);
  });
});
