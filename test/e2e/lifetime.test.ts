// How sockets end, and that nobody is left behind: closed, cut, idle, too old.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { PAST_HANDSHAKE_SECONDS } from '../support/past-handshake.ts';
import { expectQueuesEmpty } from '../support/queue-contents.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { allRows, connectionsOf, notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

const MINUTE = 60;

const idOf = async (userId: string): Promise<string> =>
  (await stack.local.connections()).find((connection) => connection.user_id === userId)!.id;

describe('closed', () => {
  it('by the client: its rows are gone, and what comes then waits in the inbox', async () => {
    const user = newUser('closing');
    const socket = await stack.connect(user);
    expect(await connectionsOf(stack, user)).toHaveLength(1);
    await socket.close();
    if (!stack.isLocal) return;
    await stack.settle();
    expect(await connectionsOf(stack, user)).toEqual([]);
    await stack.notify({ user_id: user });
    await stack.settle();
    const [row] = await notificationsOf(stack, user);
    expect(row).not.toHaveProperty('sent_at');
  });

  it.skipIf(!hasControlApi)('leaves not a row anywhere (needs the control API)', async () => {
    const user = newUser('traceless');
    const sockets = await Promise.all([stack.connect(user, { topics: ['chat:1'] }), stack.connect(user)]);
    const rowsOfConnections = async () =>
      (await allRows(stack)).filter((row) => row.pk.startsWith('TOPIC#') || String(row.sk).startsWith('#CONN#'));
    await stack.settle();
    expect((await rowsOfConnections()).length).toBeGreaterThan(0);
    await Promise.all(sockets.map((socket) => socket.close()));
    await stack.settle();
    expect(await rowsOfConnections()).toEqual([]);
  });

  it('one tab of several: the others go on', async () => {
    const user = newUser('tabs');
    const [first, second] = await Promise.all([stack.connect(user), stack.connect(user)]);
    await first.close();
    await stack.notify({ user_id: user });
    await second.frame('notification');
  });
});

describe.skipIf(!hasControlApi)('cut without a close frame (needs the control API)', () => {
  it('is found gone by the next delivery, forgotten, and costs the other tabs no frame', async () => {
    const user = newUser('cut');
    const lost = await stack.connect(user);
    const lostId = await idOf(user);
    const tabs = await Promise.all([stack.connect(user), stack.connect(user)]);
    await stack.local.cut(lostId);
    await lost.closed;
    await stack.local.advance(PAST_HANDSHAKE_SECONDS);
    // The stack was not notified.
    expect(await connectionsOf(stack, user)).toHaveLength(3);

    await stack.notify({ user_id: user, title: 'First' });
    await stack.settle();
    const postsToLost = async (): Promise<string[]> =>
      (await stack.local.calls()).filter(({ resource }) => resource.includes(lostId)).map(({ outcome }) => outcome);
    expect(await postsToLost()).toEqual(['GoneException']);
    expect(await connectionsOf(stack, user)).toHaveLength(2);

    await stack.notify({ user_id: user, title: 'Second' });
    await stack.settle();
    for (const tab of tabs) {
      await tab.caughtUp();
      expect(tab.of('notification').map((frame) => frame.notification.title)).toEqual(['First', 'Second']);
    }
    expect(await postsToLost()).toEqual(['GoneException']);
    await expectQueuesEmpty(stack);
  });

  it('when it was the only one: the notification waits in the inbox, marked as not sent', async () => {
    const user = newUser('alone');
    await stack.connect(user);
    await stack.local.cut(await idOf(user));
    await stack.local.advance(PAST_HANDSHAKE_SECONDS);
    await stack.notify({ user_id: user });
    await stack.settle();
    const [row, ...others] = await notificationsOf(stack, user);
    expect(others).toEqual([]);
    expect(row).not.toHaveProperty('sent_at');
    expect(await connectionsOf(stack, user)).toEqual([]);
    await expectQueuesEmpty(stack);
  });

  it('is forgotten by a message to everyone too', async () => {
    const user = newUser('global');
    await stack.connect(user);
    await stack.local.cut(await idOf(user));
    await stack.local.advance(PAST_HANDSHAKE_SECONDS);
    await stack.put([
      { detail_type: 'notification.requested', detail: { topic: 'global_notifications', notification_type: 'x' } },
    ]);
    await stack.settle();
    expect(await connectionsOf(stack, user)).toEqual([]);
    await expectQueuesEmpty(stack);
  });
});

describe.skipIf(!hasControlApi)('time (needs the local clock)', () => {
  it('closes what was idle for ten minutes, with 1001, and forgets it', async () => {
    const user = newUser('idle');
    const socket = await stack.connect(user);
    await stack.local.advance(9 * MINUTE);
    await socket.caughtUp();
    await stack.local.advance(9 * MINUTE);
    // The ping counted, and so does what the server sends.
    await stack.notify({ user_id: user });
    await socket.frame('notification');
    await stack.local.advance(9 * MINUTE);
    expect(await connectionsOf(stack, user)).toHaveLength(1);
    await stack.local.advance(2 * MINUTE);
    expect((await socket.closed).code).toBe(1001);
    expect(await connectionsOf(stack, user)).toEqual([]);
  });

  it('closes the busiest after two hours, with 1001, and a new one carries on', async () => {
    const user = newUser('old');
    const socket = await stack.connect(user);
    for (let minutes = 0; minutes < 115; minutes += 5) {
      await stack.local.advance(5 * MINUTE);
      await socket.caughtUp();
    }
    expect(await connectionsOf(stack, user)).toHaveLength(1);
    await stack.notify({ user_id: user, title: 'Late' });
    await socket.frame('notification');
    await stack.local.advance(6 * MINUTE);
    expect((await socket.closed).code).toBe(1001);
    expect(await connectionsOf(stack, user)).toEqual([]);
    const next = await stack.connect(user);
    await stack.notify({ user_id: user, title: 'Later' });
    expect((await next.frame('notification')).notification.title).toBe('Later');
  });
});

describe('many', () => {
  const COUNT = 50;
  it(`${COUNT} sockets of one user get every frame once`, async () => {
    const user = newUser('crowd');
    const tabs = await Promise.all(Array.from({ length: COUNT }, () => stack.connect(user)));
    const titles = ['One', 'Two', 'Three'];
    for (const title of titles) await stack.notify({ user_id: user, title });
    await Promise.all(tabs.map((tab) => tab.frame(() => tab.of('notification').length >= titles.length)));
    await stack.settle();
    await Promise.all(tabs.map((tab) => tab.caughtUp()));
    for (const tab of tabs) {
      expect(
        tab
          .of('notification')
          .map((frame) => frame.notification.title)
          .sort(),
      ).toEqual([...titles].sort());
    }
  });

  it(`${COUNT} users at once: each their own, and only their own`, async () => {
    const users = Array.from({ length: COUNT }, () => newUser('each'));
    const sockets = await Promise.all(users.map((user) => stack.connect(user)));
    await Promise.all(users.map((user) => stack.notify({ user_id: user, title: user })));
    await Promise.all(sockets.map((socket) => socket.frame('notification')));
    await stack.settle();
    await Promise.all(sockets.map((socket) => socket.caughtUp()));
    const seen = sockets.map((socket) => socket.of('notification').map((frame) => frame.notification.title));
    expect(seen).toEqual(users.map((user) => [user]));
  });
});
