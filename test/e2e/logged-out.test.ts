// Sockets that must close: a user's who logged out, and one whose token has ended; nobody else's.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { connectionsOf } from '../support/stored-rows.ts';
import { hasControlApi } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack?.close());

const logOut = (userId: string) => stack.put([{ detail_type: 'user.logged_out', detail: { user_id: userId } }]);

describe('user.logged_out', () => {
  it('closes all sockets of the user, sends them the reason, and stores nothing; others stay', async () => {
    const [alice, bob] = [newUser('alice'), newUser('bob')];
    const [one, two, other] = await Promise.all([stack.connect(alice), stack.connect(alice), stack.connect(bob)]);
    await logOut(alice);
    await Promise.all([one.closed, two.closed]);
    for (const socket of [one, two]) expect(socket.of('error')).toMatchObject([{ code: 'logged_out' }]);
    await stack.notify({ user_id: bob });
    await other.frame('notification');
    expect(await connectionsOf(stack, alice)).toEqual([]);
  });

  it.skipIf(!hasControlApi)(
    'delivered again later, it leaves the sockets of a new login open (needs the control API)',
    async () => {
      const alice = newUser('alice');
      const old = await stack.connect(alice);
      await stack.local.duplicateNext(1);
      await logOut(alice);
      await old.closed;
      await stack.settle();
      await stack.local.advance(5);
      const fresh = await stack.connect(alice);
      await stack.notify({ user_id: alice });
      await fresh.frame('notification');
      expect(fresh.of('error')).toEqual([]);
    },
  );

  it.skipIf(!hasControlApi)(
    'closes a socket though telling it or the first try fails (needs the control API)',
    async () => {
      const alice = newUser('alice');
      const socket = await stack.connect(alice);
      await stack.local.fault({
        service: 'apigatewaymanagementapi',
        operation: 'DeleteConnection',
        kind: 'error',
        times: 3,
      });
      await logOut(alice);
      await stack.settle();
      await stack.local.clearFaults();
      await stack.local.advance(30);
      await socket.closed;
      expect(await connectionsOf(stack, alice)).toEqual([]);
    },
  );
});

describe.skipIf(!hasControlApi)('a token (needs the control API)', () => {
  it.each([
    ['in ten minutes', 570],
    ['in an hour', 3_600],
  ])('that ends %s: its socket gets nothing after, and is closed when a delivery meets it', async (_, ttlSeconds) => {
    const userId = newUser('token');
    const token = await stack.token(userId, { ttl_seconds: ttlSeconds });
    const { body } = await stack.http('POST', '/api/v2/tickets', { token });
    const byToken = await stack.open('', { authorization: `Bearer ${token}` });
    const byTicket = await stack.open(`?ticket=${body.ticket}`);
    const fromBackEnd = await stack.connect(userId);
    const all = [byToken, byTicket, fromBackEnd];
    for (let left = ttlSeconds - 5; left > 0; left -= 500) {
      await stack.local.advance(Math.min(500, left));
      await Promise.all(all.map((socket) => socket.caughtUp()));
    }
    await stack.notify({ user_id: userId, title: 'in time' });
    await Promise.all(all.map((socket) => socket.frame('notification')));
    await stack.local.advance(7);
    await stack.notify({ user_id: userId, title: 'too late' });
    await fromBackEnd.frame((frame) => frame.notification?.title === 'too late');
    for (const socket of [byToken, byTicket]) {
      await socket.closed;
      expect(socket.of('error')).toMatchObject([{ code: 'credential_expired' }]);
      expect(socket.of('notification')).toHaveLength(1);
    }
    expect(await stack.local.schedules()).toEqual([]);
  });

  it('that has ended gets nothing, even while its socket can’t be closed', async () => {
    const userId = newUser('token');
    const token = await stack.token(userId, { ttl_seconds: 60 });
    const socket = await stack.open('', { authorization: `Bearer ${token}` });
    await stack.settle();
    await stack.local.fault({ service: 'apigatewaymanagementapi', operation: 'DeleteConnection', kind: 'error' });
    await stack.local.advance(61);
    await stack.notify({ user_id: userId });
    await stack.notify({ topic: 'global_notifications', notification_type: 'signal' });
    await stack.settle();
    socket.send({ action: 'sync' });
    await socket.frame(() => socket.of('error').length > 1);
    expect(socket.frames.filter((frame) => frame.type !== 'error')).toEqual([]);
    expect(new Set(socket.of('error').map((frame) => frame.code))).toEqual(new Set(['credential_expired']));
    await stack.local.clearFaults();
    await stack.notify({ user_id: userId });
    await socket.closed;
  });

  it('and a ticket issued before a logout open no socket after it, and read nothing', async () => {
    const userId = newUser('token');
    const token = await stack.token(userId, { ttl_seconds: 600 });
    const { body } = await stack.http('POST', '/api/v2/tickets', { token });
    await stack.local.advance(2);
    await logOut(userId);
    await stack.settle();
    await expect(stack.open('', { authorization: `Bearer ${token}` })).rejects.toMatchObject({ status: 401 });
    await expect(stack.open(`?ticket=${body.ticket}`)).rejects.toMatchObject({ status: 401 });
    expect((await stack.http('POST', '/api/v2/tickets', { token })).status).toBe(401);
    expect((await stack.http('GET', '/api/v2/notifications', { token })).status).toBe(401);
    await stack.local.advance(2);
    expect((await stack.as(userId, 'GET', '/api/v2/notifications')).status).toBe(200);
  });

  it('also removes the phones when the logout event says so', async () => {
    const userId = newUser('phones');
    await stack.put([{ detail_type: 'user.logged_out', detail: { user_id: userId, forget_devices: true } }]);
    await stack.settle();
    expect(await stack.local.messagesOf(stack.outputs.rejected_queue_url!)).toEqual([]);
  });
});
