// Phones: registered, pushed to when nobody is connected, removed when they are dead.
import { DeleteEndpointCommand, SetEndpointAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsConfig } from '../../bin/aws-config.ts';
import { EVERYONE } from '../../protocol/user-id.ts';
import { newUser } from '../support/new-user.ts';
import { registerBrowser, registerPhone } from '../support/phone.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi, hasTokens, ownsTarget } from '../support/target.ts';

let stack: StackUnderTest;
let sns: SNSClient;
beforeAll(async () => {
  stack = await stackUnderTest();
  sns = new SNSClient(awsConfig(stack.outputs));
});
afterAll(async () => {
  sns?.destroy();
  await stack?.close();
});

const devicesOf = async (userId: string): Promise<any[]> =>
  (await stack.as(userId, 'GET', '/api/v2/devices')).body.devices;

async function notifyAndSettle(request: Parameters<StackUnderTest['notify']>[0]): Promise<void> {
  await stack.notify(request);
  await stack.settle();
}

/** SNS takes any token for Android; what is wrong with one shows when it is pushed to. */
describe.skipIf(!hasTokens)('registering (needs tokens)', () => {
  it.each([
    [{ platform: 'fax', token: 'a' }, 'platform'],
    [{ platform: 'fcm' }, 'token'],
    [{ platform: 'fcm', token: '' }, 'token'],
    [{ platform: 'fcm', token: 'a b' }, 'token'],
    [{ platform: 'fcm', token: 'a', user_id: 'mallory' }, 'user_id'],
  ])('refuses %j naming %s', async (body, field) => {
    const answer = await stack.as(newUser('owner'), 'POST', '/api/v2/devices', body);
    expect([answer.status, answer.body.code, answer.body.field]).toEqual([400, 'invalid_request', field]);
  });

  it('by several users at once: the device belongs to one of them', async () => {
    const users = [newUser('first'), newUser('second'), newUser('third')];
    const token = newUser('token');
    await Promise.all(users.map((user) => stack.as(user, 'POST', '/api/v2/devices', { platform: 'fcm', token })));
    const lists = await Promise.all(users.map(devicesOf));
    expect(lists.flat()).toHaveLength(1);
  });
});

describe.skipIf(!hasControlApi)('devices (needs phones)', () => {
  it('are registered once, listed, and removed', async () => {
    const userId = newUser('owner');
    const phone = await registerPhone(stack, userId);
    const again = await stack.as(userId, 'POST', '/api/v2/devices', { platform: 'fcm', token: phone.token });
    expect(again.status).toBe(200);
    expect(again.body.id).toBe(phone.id);
    expect(await devicesOf(userId)).toMatchObject([{ id: phone.id, platform: 'fcm', token: phone.token }]);
    expect((await stack.as(newUser('other'), 'DELETE', `/api/v2/devices/${phone.id}`)).status).toBe(404);
    expect((await stack.as(userId, 'DELETE', `/api/v2/devices/${phone.id}`)).status).toBe(204);
    expect((await stack.as(userId, 'DELETE', `/api/v2/devices/${phone.id}`)).status).toBe(404);
    expect(await devicesOf(userId)).toEqual([]);
    expect((await phone.state()).endpoint_arn).toBeNull();
    await notifyAndSettle({ user_id: userId });
    await notifyAndSettle({ user_id: EVERYONE });
    expect(await phone.messages()).toEqual([]);
  });

  it('belong to the user who registered the token last', async () => {
    const [first, second] = [newUser('first'), newUser('second')];
    const phone = await registerPhone(stack, first);
    await registerPhone(stack, second, 'fcm', phone.token);
    expect(await devicesOf(first)).toEqual([]);
    expect((await phone.state()).user_id).toBe(second);
    await notifyAndSettle({ user_id: first, title: 'Private' });
    expect(await phone.messages()).toEqual([]);
    await notifyAndSettle({ user_id: second, title: 'Mine' });
    expect(await phone.messages()).toHaveLength(1);
  });
});

describe.skipIf(!hasControlApi)('a push (needs phones)', () => {
  it('follows an alert that nobody saw at either of two pages, and is taken back once it is read', async () => {
    const userId = newUser('away');
    const phone = await registerPhone(stack, userId);
    const [used, other] = [await stack.connect(userId), await stack.connect(userId)];
    other.send({ action: 'presence', state: 'idle' });
    await stack.settle();
    used.send({ action: 'presence', state: 'active' });
    await stack.settle();
    await notifyAndSettle({ user_id: userId, title: 'Anybody?' });
    const alerts = (socket: typeof used) =>
      socket.frames.flatMap((frame: any) => (frame.type === 'notification' ? [frame.alert] : []));
    await expect.poll(() => [alerts(used), alerts(other)], { timeout: 20_000 }).toEqual([[true], [false]]);
    for (let step = 0; step < 2; step++) {
      expect(await phone.messages()).toEqual([]);
      await stack.pass(11);
      await stack.settle();
    }
    await expect.poll(() => [alerts(used), alerts(other)], { timeout: 20_000 }).toEqual([[true], [false, true]]);
    const [message] = await phone.messages();
    const id = message.payload.fcmV1Message.message.data.notification_id;
    expect((await stack.as(userId, 'PUT', `/api/v2/notifications/${id}/read`)).status).toBe(200);
    await stack.settle();
    const [, withdrawal] = await phone.messages();
    expect(withdrawal.payload.fcmV1Message.message.data).toEqual({
      withdrawn: 'true',
      notification_id: id,
      unread_count: '0',
    });
  });

  it('is sent to every phone of a user who is not connected, with all a phone needs', async () => {
    const userId = newUser('offline');
    const [android, iphone] = [
      await registerPhone(stack, userId),
      await registerPhone(stack, userId, 'apns', 'abcdef0123'),
    ];
    await notifyAndSettle({ user_id: userId, title: 'Earlier' });
    const expiresAt = new Date((await stack.now()) + 3_600_000).toISOString();
    await notifyAndSettle({
      user_id: userId,
      title: 'Hello',
      message: 'World',
      priority: 'high',
      notification_type: 'chat_message',
      payload: { url: 'app://chat/1', n: 1 },
      expires_at: expiresAt,
    });
    const row = (await notificationsOf(stack, userId)).find(({ title }) => title === 'Hello')!;
    const id = row.sk.slice(2);
    expect(row.sent_at).toBeDefined();
    const { count } = (await stack.as(userId, 'GET', '/api/v2/notifications/unread-count')).body;
    const onAndroid = (await android.messages()).at(-1);
    expect(onAndroid.payload.fcmV1Message.message).toMatchObject({
      notification: { title: 'Hello', body: 'World' },
      data: {
        notification_id: id,
        notification_type: 'chat_message',
        url: 'app://chat/1',
        unread_count: String(count),
        payload: '{"url":"app://chat/1","n":1}',
      },
      android: { priority: 'high', notification: { tag: id, notification_count: count } },
    });
    expect(Number.parseInt(onAndroid.payload.fcmV1Message.message.android.ttl, 10)).toBeGreaterThan(3_500);
    expect(Number(onAndroid.attributes['AWS.SNS.MOBILE.FCM.TTL'])).toBeLessThanOrEqual(3_600);
    const onIphone = (await iphone.messages()).at(-1);
    expect(onIphone.payload).toMatchObject({
      aps: { alert: { title: 'Hello', body: 'World' }, badge: count, sound: 'default' },
      notification_id: id,
      url: 'app://chat/1',
      payload: { n: 1 },
    });
    expect(onIphone.attributes).toMatchObject({
      'AWS.SNS.MOBILE.APNS.PUSH_TYPE': 'alert',
      'AWS.SNS.MOBILE.APNS.PRIORITY': '10',
      'AWS.SNS.MOBILE.APNS.COLLAPSE_ID': id,
    });
  });

  it('is not sent to who is connected, unless it is critical', async () => {
    const userId = newUser('online');
    const phone = await registerPhone(stack, userId);
    const socket = await stack.connect(userId);
    await notifyAndSettle({ user_id: userId, priority: 'high' });
    await socket.frame('notification');
    expect(await phone.messages()).toEqual([]);
    await notifyAndSettle({ user_id: userId, priority: 'critical' });
    expect(socket.of('notification')).toHaveLength(2);
    expect(await phone.messages()).toHaveLength(1);
  });

  it('is sent when every socket is closed', async () => {
    const userId = newUser('gone');
    const phone = await registerPhone(stack, userId);
    await stack.connect(userId);
    await stack.local.advance(10);
    for (const { id, user_id } of await stack.local.connections()) if (user_id === userId) await stack.local.cut(id);
    await notifyAndSettle({ user_id: userId });
    expect(await phone.messages()).toHaveLength(1);
  });

  it('is retried on the phone that refused for now, and not sent to the other again', async () => {
    const userId = newUser('two');
    const phones = [await registerPhone(stack, userId), await registerPhone(stack, userId, 'apns', 'abcd0123')];
    // Three attempts each: of five faults one phone gets three, the other two.
    await stack.local.fault({ service: 'sns', operation: 'Publish', kind: 'error', times: 5 });
    await notifyAndSettle({ user_id: userId });
    const pushesEach = async () =>
      (await Promise.all(phones.map((phone) => phone.messages()))).map((all) => all.length);
    expect((await pushesEach()).sort()).toEqual([0, 1]);
    await stack.local.advance(10);
    expect(await pushesEach()).toEqual([1, 1]);
    expect(await notificationsOf(stack, userId)).toMatchObject([{ error_count: 1 }]);
  });

  it('fits, however long: the payload goes first, then the text is cut between characters', async () => {
    const userId = newUser('long');
    const phones = [await registerPhone(stack, userId), await registerPhone(stack, userId, 'apns', '0123abcd')];
    await notifyAndSettle({
      user_id: userId,
      message: '👩‍🚀é"\\'.repeat(1_500),
      payload: { text: 'x'.repeat(10_000), url: 'app://a' },
    });
    for (const phone of phones) {
      const [{ payload }] = (await phone.messages()) as [any];
      const message = payload.fcmV1Message?.message ?? payload;
      const size = Buffer.byteLength(JSON.stringify(message));
      expect(size).toBeLessThanOrEqual(4096);
      expect(size).toBeGreaterThan(4000);
      expect(message.data?.url ?? message.url).toBe('app://a');
      const text: string = message.notification?.body ?? message.aps.alert.body;
      expect(text).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
      expect(text.endsWith('…')).toBe(true);
    }
  });

  it('to everyone is one publication, stored once, on every phone', async () => {
    const phones = [
      await registerPhone(stack, newUser('a')),
      await registerPhone(stack, newUser('b'), 'apns', 'fedcba98'),
    ];
    await stack.local.duplicateNext(1);
    const before = (await stack.local.calls()).filter((call) => call.operation === 'Publish').length;
    await notifyAndSettle({ user_id: EVERYONE, title: 'To all' });
    const after = (await stack.local.calls()).filter((call) => call.operation === 'Publish').length;
    expect(after - before).toBe(1);
    for (const phone of phones) expect(await phone.messages()).toHaveLength(1);
  });
});

describe.skipIf(!hasControlApi)('dead phones (needs phones)', () => {
  it('are forgotten as SNS reports them, and come back by registering', async () => {
    const userId = newUser('dead');
    const phone = await registerPhone(stack, userId);
    await stack.local.setPhone(phone.token, false);
    await notifyAndSettle({ user_id: userId });
    await stack.settle();
    expect(await devicesOf(userId)).toEqual([]);
    await stack.local.setPhone(phone.token, true);
    await registerPhone(stack, userId, 'fcm', phone.token);
    await notifyAndSettle({ user_id: userId, title: 'Back' });
    expect(await phone.messages()).toHaveLength(1);
  });

  it.each(['disabled', 'deleted'])('are forgotten when their endpoint is found %s', async (how) => {
    const userId = newUser('pruned');
    const [dead, alive] = [await registerPhone(stack, userId), await registerPhone(stack, userId)];
    const { endpoint_arn: arn } = await dead.state();
    const change = { EndpointArn: arn, Attributes: { Enabled: 'false' } };
    await (how === 'deleted'
      ? sns.send(new DeleteEndpointCommand({ EndpointArn: arn }))
      : sns.send(new SetEndpointAttributesCommand(change)));
    await notifyAndSettle({ user_id: userId });
    expect((await devicesOf(userId)).map(({ id }) => id)).toEqual([alive.id]);
    expect(await alive.messages()).toHaveLength(1);
  });

  it('an endpoint left disabled, or another user’s, is revived by registering', async () => {
    const userId = newUser('revived');
    const phone = await registerPhone(stack, userId);
    const { endpoint_arn: arn } = await phone.state();
    const Attributes = { Enabled: 'false', CustomUserData: 'someone else' };
    await sns.send(new SetEndpointAttributesCommand({ EndpointArn: arn, Attributes }));
    await registerPhone(stack, userId, 'fcm', phone.token);
    expect(await phone.state()).toMatchObject({ enabled: true, user_id: userId, endpoint_arn: arn });
  });
});

describe.skipIf(!ownsTarget)('without platform applications (needs a stack of its own)', () => {
  it('push is off and says so', async () => {
    const plain = await stackUnderTest({ settings: { pushApplications: {} } });
    try {
      const userId = newUser('plain');
      const answer = await plain.as(userId, 'POST', '/api/v2/devices', { platform: 'fcm', token: 'a' });
      expect([answer.status, answer.body.code]).toEqual([501, 'push_not_configured']);
      await plain.notify({ user_id: userId });
      await plain.notify({ user_id: EVERYONE });
      await plain.local.settle();
      expect(await notificationsOf(plain, userId)).toHaveLength(1);
    } finally {
      await plain.close();
    }
  });
});

describe.skipIf(!hasControlApi)('browsers (needs the push service of the runtime)', () => {
  it('read what is pushed to them, encrypted, while no socket is open', async () => {
    const userId = newUser('browsing');
    const browser = await registerBrowser(stack, userId);
    const socket = await stack.connect(userId);
    await notifyAndSettle({ user_id: userId, title: 'To the socket' });
    await socket.close();
    const expiresAt = new Date((await stack.now()) + 60_000).toISOString();
    await notifyAndSettle({
      user_id: userId,
      title: 'Ünïcode ✓',
      message: 'm'.repeat(6_000),
      payload: { url: '/orders/1' },
      priority: 'high',
      expires_at: expiresAt,
    });
    const [message, ...others] = await browser.messages();
    expect(others).toEqual([]);
    expect(message.payload).toMatchObject({ title: 'Ünïcode ✓', url: '/orders/1' });
    expect(message.payload.message).toMatch(/^m{3000,}…$/);
    const { TTL, ...attributes } = message.attributes;
    expect(attributes).toEqual({ Urgency: 'high', Topic: message.payload.notification_id.replaceAll('-', '') });
    expect([Number(TTL) > 50, Number(TTL) <= 60]).toEqual([true, true]);
    expect(message.event_id).not.toBeNull();
  });

  it('are forgotten once their subscription has ended', async () => {
    const userId = newUser('browsing');
    const browser = await registerBrowser(stack, userId);
    expect(await devicesOf(userId)).toMatchObject([{ id: browser.id, platform: 'web' }]);
    await stack.local.setPhone(browser.token, false);
    await notifyAndSettle({ user_id: userId });
    expect(await browser.messages()).toEqual([]);
    expect(await devicesOf(userId)).toEqual([]);
  });

  it('are pushed nothing that goes to everyone', async () => {
    const browser = await registerBrowser(stack, newUser('browsing'));
    await notifyAndSettle({ user_id: EVERYONE });
    expect(await browser.messages()).toEqual([]);
  });
});
