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
  it('closes all sockets of the user, tells them why, and stores nothing; others stay', async () => {
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

describe.skipIf(!hasControlApi)('a token (needs the local clock)', () => {
  it.each([
    ['in ten minutes', 570],
    ['in an hour', 3_600],
  ])('that ends %s closes its socket then, and nothing is sent after', async (_, ttlSeconds) => {
    const userId = newUser('token');
    const token = await stack.token(userId, { ttl_seconds: ttlSeconds });
    const byToken = await stack.open(`?token=${token}`);
    const byTicket = await stack.connect(userId);
    const endsAt = (await stack.now()) + ttlSeconds * 1000;
    for (let left = ttlSeconds - 5; left > 0; left -= 500) {
      await stack.local.advance(Math.min(500, left));
      await Promise.all([byToken.caughtUp(), byTicket.caughtUp()]);
    }
    await stack.notify({ user_id: userId, title: 'in time' });
    await byToken.frame('notification');
    await stack.local.advance(7);
    await byToken.closed;
    expect(await stack.now()).toBeLessThan(endsAt + 60_000);
    expect(byToken.of('error')).toMatchObject([{ code: 'credential_expired' }]);
    await stack.notify({ user_id: userId, title: 'too late' });
    await byTicket.frame((frame) => frame.notification?.title === 'too late');
    expect(byToken.of('notification')).toHaveLength(1);
  });

  it('that has ended gets nothing, even while its socket is not closed yet', async () => {
    const userId = newUser('token');
    const socket = await stack.open(`?token=${await stack.token(userId, { ttl_seconds: 60 })}`);
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
    await stack.local.advance(300);
    await socket.closed;
  });
});
