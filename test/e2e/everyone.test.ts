// Notifications to everyone from outside: who gets which frame, recall, rollout, and what back ends can ask about it.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userHash } from '../../lambdas/domain/model/user-hash.ts';
import { EVERYONE } from '../../protocol/user-id.ts';
import { newUser } from '../support/new-user.ts';
import { expectQueuesEmpty } from '../support/queue-contents.ts';
import type { SocketClient } from '../support/socket-client.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { hasControlApi } from '../support/target.ts';

const LIST = '/api/v2/notifications';

describe.runIf(hasControlApi)('everyone (needs the control API)', { timeout: 90_000 }, () => {
  let stack: StackUnderTest;
  beforeAll(async () => {
    stack = await stackUnderTest();
  });
  afterAll(() => stack?.close());
  beforeEach(() => stack.local.reset());

  const announce = (request: object = {}) =>
    stack.notify({ user_id: EVERYONE, title: 'To all', notification_type: 'announcement', ...request });
  const connectAll = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, at) => stack.connect(newUser(`all${at}`))));
  const inbox = async (user: string) => (await stack.as(user, 'GET', LIST)).body;
  const internal = async (method: string, path: string, body?: unknown) =>
    stack.http(method, `/internal/${path}`, { sign: true, ...(body !== undefined && { body }) });
  const titles = (socket: SocketClient) => socket.of('notification').map(({ notification }) => notification.title);

  it.each([3, 60])('%i sockets get the same bytes, once each, without a count', async (count) => {
    const sockets = await connectAll(count);
    const texts: string[] = [];
    for (const { raw } of sockets) raw.on('message', (data) => void texts.push(String(data)));
    const eventId = await announce({ payload: { a: 1 } });
    await stack.local.settle();
    await Promise.all(sockets.map((socket) => socket.caughtUp()));
    const frames = texts.filter((text) => text.includes('"notification"'));
    expect([frames.length, new Set(frames).size]).toEqual([count, 1]);
    const frame = JSON.parse(frames[0]!);
    expect(frame).not.toHaveProperty('unread_count');
    expect(frame.notification).toMatchObject({ user_id: EVERYONE, title: 'To all', is_read: false, payload: { a: 1 } });
    await expectQueuesEmpty(stack);
    const { body } = await internal('GET', `broadcasts/${eventId}?source=test`);
    expect(body).toMatchObject({ id: frame.notification.id, state: 'sent', sent: count, failed: 0, remaining: 0 });
  });

  it('a fan-out reads nothing of a recipient but the subscription', async () => {
    const sockets = await connectAll(60);
    await stack.local.settle();
    await stack.local.resetMeter();
    await announce();
    await stack.local.settle();
    await Promise.all(sockets.map((socket) => socket.frame('notification')));
    const { units } = await stack.local.meter();
    // 16 partitions looked at by dispatch and read by 16 workers, of which each looks whether it was stopped.
    expect(units.dynamodb_rru).toBeLessThan(80);
  });

  it('preferences count without being read: muted and switched off are skipped, critical is not', async () => {
    const [muted, off, late] = [newUser('muted'), newUser('off'), newUser('late')];
    await stack.as(late, 'PUT', '/api/v2/preferences', { muted_types: ['announcement'] });
    const [ofMuted, ofOff, ofLate, other] = await Promise.all(
      [muted, off, late, newUser('other')].map((user) => stack.connect(user)),
    );
    await stack.as(muted, 'PUT', '/api/v2/preferences', { muted_types: ['announcement'] });
    await stack.as(off, 'PUT', '/api/v2/preferences', { websocket_notifications: false });
    await announce();
    await announce({ title: 'Fire', priority: 'critical' });
    await stack.local.settle();
    await stack.as(muted, 'PUT', '/api/v2/preferences', { muted_types: [] });
    await stack.local.settle();
    await announce({ title: 'Again' });
    await stack.local.settle();
    const sockets = [ofMuted!, ofOff!, ofLate!, other!];
    await Promise.all(sockets.map((socket) => socket.caughtUp()));
    expect(sockets.map((socket) => titles(socket).sort())).toEqual([
      ['Again', 'Fire'],
      ['Fire'],
      ['Fire'],
      ['Again', 'Fire', 'To all'],
    ]);
    // What was skipped is in the inbox all the same.
    expect((await inbox(off)).notifications.map(({ title }: any) => title)).toEqual(['Again', 'Fire', 'To all']);
  });

  it('a user seen for the first time has no old announcements unread, and the next one is', async () => {
    await announce();
    await stack.local.settle();
    const [reader, listener] = [newUser('reader'), newUser('listener')];
    const first = await inbox(reader);
    expect(first.notifications.map(({ title, is_read }: any) => [title, is_read])).toEqual([['To all', true]]);
    expect(first.unread_count).toBe(0);
    await stack.connect(listener);
    await stack.local.advance(1);
    await announce({ title: 'Next' });
    await stack.local.settle();
    expect((await inbox(reader)).unread_count).toBe(1);
    expect((await inbox(listener)).unread_count).toBe(1);
  });

  describe('a recall', () => {
    const recall = (detail: object) => stack.put([{ detail_type: 'notification.recalled', detail }]);

    it.each([3, 60])(
      'takes a notification back from %i open clients, every inbox and those who were away',
      async (n) => {
        const away = newUser('away');
        const before = await stack.connect(away);
        const sockets = await connectAll(n);
        const eventId = await announce();
        await stack.local.settle();
        const { notification } = await before.frame('notification');
        await before.close();
        expect((await inbox(away)).unread_count).toBe(1);
        await stack.local.advance(10);
        await recall({ id: eventId });
        await stack.local.settle();
        await Promise.all(sockets.map((socket) => socket.frame('notification_removed')));
        expect(sockets[0]!.of('notification_removed')).toEqual([
          { type: 'notification_removed', notification_id: notification.id },
        ]);
        expect(await inbox(away)).toMatchObject({ notifications: [], unread_count: 0 });
        const back = await stack.connect(away);
        back.send({ action: 'sync', since: notification.id });
        await back.frame('synced');
        expect(back.of('notification_removed')).toHaveLength(1);
        expect((await internal('GET', `broadcasts/${eventId}?source=test`)).body.state).toBe('recalled');
      },
    );

    it('of one user’s notification carries the new count, and leaves other users alone', async () => {
      const [alice, bob] = [newUser('alice'), newUser('bob')];
      const [ofAlice, ofBob] = await Promise.all([stack.connect(alice), stack.connect(bob)]);
      await stack.notify({ user_ids: [alice, bob] });
      const { notification } = await ofAlice.frame('notification');
      await ofBob.frame('notification');
      await recall({ id: notification.id, user_id: alice });
      await stack.local.settle();
      expect(await ofAlice.frame('notification_removed')).toEqual({
        type: 'notification_removed',
        notification_id: notification.id,
        unread_count: 0,
        unseen_count: 0,
      });
      await ofBob.caughtUp();
      expect(ofBob.of('notification_removed')).toEqual([]);
      expect([(await inbox(alice)).notifications.length, (await inbox(bob)).notifications.length]).toEqual([0, 1]);
    });

    it('of something unknown does nothing, and twice is once', async () => {
      const socket = await stack.connect(newUser('quiet'));
      const eventId = await announce();
      await stack.local.settle();
      await recall({ id: 'never-was' });
      await recall({ id: eventId });
      await recall({ id: eventId });
      await stack.local.settle();
      await socket.caughtUp();
      expect(new Set(socket.of('notification_removed').map((frame) => frame.notification_id)).size).toBe(1);
      await expectQueuesEmpty(stack);
    });
  });

  describe('a rollout', () => {
    const SHARE = 0.3;
    const rollout = { percent: 30, minutes: 5 };
    const isFirst = (user: string) => userHash(user) < SHARE * 2 ** 32;

    it('reaches a share of the users first, sockets and inboxes alike, and the others when its time has come', async () => {
      const users = Array.from({ length: 40 }, (_, at) => newUser(`rollout${at}`));
      const sockets = await Promise.all(users.map((user) => stack.connect(user)));
      const first = users.findIndex(isFirst);
      const later = users.findIndex((user) => !isFirst(user));
      const eventId = await announce({ rollout });
      await stack.local.settle();
      await Promise.all(sockets.map((socket) => socket.caughtUp()));
      expect(sockets.map((socket) => titles(socket).length)).toEqual(users.map((user) => (isFirst(user) ? 1 : 0)));
      const { body: status } = await internal('GET', `broadcasts/${eventId}?source=test`);
      expect(status).toMatchObject({ state: 'rolling_out', rollout: { percent: 30, minutes: 5 } });
      expect([(await inbox(users[first]!)).unread_count, (await inbox(users[later]!)).unread_count]).toEqual([1, 0]);
      expect((await inbox(users[later]!)).notifications).toEqual([]);

      await stack.local.advance(301);
      await stack.local.settle();
      await Promise.all(sockets.map((socket) => socket.caughtUp()));
      expect(sockets.map((socket) => titles(socket).length)).toEqual(users.map(() => 1));
      expect((await inbox(users[later]!)).unread_count).toBe(1);
      expect((await internal('GET', `broadcasts/${eventId}?source=test`)).body).toMatchObject({
        state: 'sent',
        sent: 40,
      });
    });

    it('that is recalled goes no further', async () => {
      const users = Array.from({ length: 20 }, (_, at) => newUser(`recalled${at}`));
      const sockets = await Promise.all(users.map((user) => stack.connect(user)));
      const eventId = await announce({ rollout });
      await stack.local.settle();
      await stack.put([{ detail_type: 'notification.recalled', detail: { id: eventId } }]);
      await stack.local.settle();
      await stack.local.advance(301);
      await stack.local.settle();
      await Promise.all(sockets.map((socket) => socket.caughtUp()));
      expect(sockets.map((socket) => titles(socket).length)).toEqual(users.map((user) => (isFirst(user) ? 1 : 0)));
    });

    it('that fails too often stops, and says so', async () => {
      const users = Array.from({ length: 20 }, (_, at) => newUser(`failing${at}`));
      await Promise.all(users.map((user) => stack.connect(user)));
      await stack.local.fault({ service: 'apigatewaymanagementapi', operation: 'PostToConnection', kind: 'throttle' });
      const eventId = await announce({ rollout });
      await stack.local.settle();
      await stack.local.advance(301);
      await stack.local.clearFaults();
      await stack.local.settle();
      await stack.local.advance(301);
      await stack.local.settle();
      const { body } = await internal('GET', `broadcasts/${eventId}?source=test`);
      expect(body.state).toBe('stopped');
    });
  });

  describe('back ends', () => {
    it('see whether a user is connected, and when that was last', async () => {
      const user = newUser('present');
      const never = (await internal('GET', `users/${user}/presence`)).body;
      expect(never).toEqual({
        user_id: user,
        is_online: false,
        is_present: false,
        connections: [],
        last_seen_at: null,
      });
      const sockets = await Promise.all([stack.connect(user), stack.connect(user)]);
      const online = (await internal('GET', `users/${user}/presence`)).body;
      expect([online.is_online, online.connections.length]).toEqual([true, 2]);
      for (const socket of sockets) await socket.close();
      await stack.local.settle();
      const offline = (await internal('GET', `users/${user}/presence`)).body;
      expect(offline).toMatchObject({ is_online: false, connections: [], last_seen_at: expect.stringMatching(/Z$/) });
      expect((await internal('GET', 'users/a%20b/presence')).status).toBe(400);
    });

    it('see how many listen to a topic, counted at most once a minute', async () => {
      const [topic, alice] = ['chat:counted', newUser('alice')];
      const sockets = await Promise.all(
        [alice, alice, newUser('bob')].map((user) => stack.connect(user, { topics: [topic] })),
      );
      for (const socket of sockets) {
        socket.send({ action: 'subscribe', topics: [topic] });
        await socket.frame('subscribed');
      }
      const path = `topics/${encodeURIComponent(topic)}/subscribers`;
      const counted = (await internal('GET', path)).body;
      expect(counted).toMatchObject({ topic, connections: 3, users: 2, is_exact: true });
      await stack.connect(newUser('carol'));
      expect((await internal('GET', path)).body).toEqual(counted);
      expect((await internal('GET', `topics/wal%3A${alice}/subscribers`)).body).toMatchObject({
        connections: 2,
        users: 1,
      });
      expect((await internal('GET', 'topics/notifications/subscribers')).status).toBe(400);
      const everyone = (await internal('GET', 'topics/global_notifications/subscribers')).body;
      expect(everyone).toMatchObject({ connections: 4, users: 3 });
    });

    it('learn beforehand whom an announcement would reach and what it would cost', async () => {
      await connectAll(4);
      const { body } = await internal('POST', 'broadcasts/estimate', {});
      expect(body).toMatchObject({ recipients: 4, connections: 4, is_exact: true });
      expect(body.dollars).toBeCloseTo(4 * 1.03e-6, 9);
      const request = {
        user_id: EVERYONE,
        title: 'T',
        message: 'x'.repeat(16_000),
        notification_type: 'n',
        payload: { y: 'y'.repeat(20_000) },
      };
      const { body: large } = await internal('POST', 'broadcasts/estimate', { request });
      expect(large.frame_bytes).toBeGreaterThan(36_000);
      expect(large.dollars).toBeCloseTo(4 * 2.03e-6, 9);
      expect((await internal('POST', 'broadcasts/estimate', { request: { title: 7 } })).status).toBe(400);
    });

    it('are refused an unknown broadcast', async () => {
      expect((await internal('GET', 'broadcasts/never')).body).toMatchObject({ status: 404, code: 'not_found' });
    });
  });
});
