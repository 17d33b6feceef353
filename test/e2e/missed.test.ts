// What a user was not there for: it waits in the inbox and comes by sync, whole, once, and never when it has expired.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYNC_FRAME_MAX_BYTES, SYNC_NOTIFICATIONS_MAX, UNREAD_COUNT_MAX } from '../../protocol/limits.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import { newUser } from '../support/new-user.ts';
import { expectQueuesEmpty, type RejectedEvent, takeRejected } from '../support/queue-contents.ts';
import type { SocketClient } from '../support/socket-client.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

/** A stretch that sync does not look back over: it looks again through the last seconds before `since`. */
const A_WHILE_SECONDS = 30;

/** Notifies a user who is away, in batches as large as PutEvents takes. */
async function whileAway(userId: string, count: number): Promise<string[]> {
  const titles = Array.from({ length: count }, (_, at) => `Missed ${at}`);
  for (let at = 0; at < count; at += 10) {
    await stack.put(
      titles.slice(at, at + 10).map((title) => ({
        detail_type: 'notification.requested',
        detail: { user_id: userId, title, message: 'While you were away', notification_type: 'system' },
      })),
    );
  }
  await stack.settle();
  return titles;
}

/** What comes of a sync, without the one seen last: sync may look back over it where no clock is moved. */
async function sync(socket: SocketClient, since?: string) {
  socket.send({ action: 'sync', ...(since !== undefined && { since }) });
  const synced = await socket.frame('synced');
  const notifications = socket.frames.flatMap(({ notification, notifications: pack = [notification] }) =>
    pack.filter(Boolean),
  );
  return { synced, notifications: stack.isLocal ? notifications : notifications.filter(({ id }) => id !== since) };
}

/** One notification that was seen on a socket which then closed. */
async function lastSeen(userId: string): Promise<any> {
  const socket = await stack.connect(userId);
  await stack.notify({ user_id: userId, title: 'Seen' });
  const { notification } = await socket.frame('notification');
  await socket.close();
  await stack.settle();
  if (stack.isLocal) await stack.pass(A_WHILE_SECONDS);
  return notification;
}

describe('missed', () => {
  it('waits in the inbox, marked as sent to nobody', async () => {
    const user = newUser('away');
    await stack.notify({ user_id: user, title: 'Waiting' });
    await stack.settle();
    const [row, ...others] = await notificationsOf(stack, user);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ title: 'Waiting', unread_key: expect.any(String) });
    expect(row).not.toHaveProperty('sent_at');
    await expectQueuesEmpty(stack);
  });

  it('comes by sync since the last one seen, oldest first, to the socket that asks and no other', async () => {
    const user = newUser('back');
    const seen = await lastSeen(user);
    const titles = await whileAway(user, 3);
    const [asking, other] = await Promise.all([stack.connect(user), stack.connect(user)]);
    const { synced, notifications } = await sync(asking, seen.id);
    expect(synced).toEqual({ type: 'synced', unread_count: 4, unseen_count: 4, recovered: true });
    // They were accepted in the same moment, so only their set is certain, and that ids ascend.
    expect(notifications.map(({ title }) => title).sort()).toEqual([...titles].sort());
    expect(notifications.map(({ id }) => id)).toEqual(notifications.map(({ id }) => id).sort());
    expect(asking.frames.at(-1)).toEqual(synced);
    await other.caughtUp();
    expect(other.of('notification')).toEqual([]);
  });

  it('sends only the count when nothing was ever seen', async () => {
    const user = newUser('first');
    await whileAway(user, 2);
    const { synced, notifications } = await sync(await stack.connect(user));
    expect(synced).toEqual({ type: 'synced', unread_count: 2, unseen_count: 2, recovered: true });
    expect(notifications).toEqual([]);
  });

  it('is nothing for who has seen all', async () => {
    const user = newUser('current');
    const seen = await lastSeen(user);
    const { synced, notifications } = await sync(await stack.connect(user), seen.id);
    expect(synced).toEqual({ type: 'synced', unread_count: 1, unseen_count: 1, recovered: true });
    expect(notifications).toEqual([]);
  });

  it('comes whole in several frames of at most 32 KB', async () => {
    const user = newUser('pages');
    const seen = await lastSeen(user);
    const titles = await whileAway(user, 90);
    const socket = await stack.connect(user);
    const { synced, notifications } = await sync(socket, seen.id);
    const bytes = socket.frames.map((frame) => Buffer.byteLength(JSON.stringify(frame)));
    expect(Math.max(...bytes)).toBeLessThanOrEqual(SYNC_FRAME_MAX_BYTES);
    expect(socket.frames.length).toBeLessThan(6);
    expect(synced).toEqual({ type: 'synced', unread_count: 91, unseen_count: 91, recovered: true });
    expect(notifications.map(({ title }) => title).sort()).toEqual([...titles].sort());
  });

  it.skipIf(!hasControlApi)('is said not to be whole beyond 100 (needs the local clock)', async () => {
    const user = newUser('long');
    const seen = await lastSeen(user);
    await whileAway(user, 110);
    const socket = await stack.connect(user);
    const { synced, notifications } = await sync(socket, seen.id);
    expect(synced).toEqual({
      type: 'synced',
      unread_count: UNREAD_COUNT_MAX,
      unseen_count: UNREAD_COUNT_MAX,
      unread_count_exact: false,
      recovered: false,
    });
    expect(notifications).toHaveLength(SYNC_NOTIFICATIONS_MAX);
    expect(socket.of('notifications').length).toBeLessThan(6);
  });

  it('is said not to be whole when the last one seen is unknown', async () => {
    const seen = await lastSeen(newUser('other'));
    const stranger = await stack.connect(newUser('stranger'));
    const { synced: ofStranger, notifications: none } = await sync(stranger, seen.id);
    expect(ofStranger).toMatchObject({ unread_count: 0, recovered: false });
    expect(none).toEqual([]);
  });
});

describe('expired', () => {
  it('a request whose time is over is neither stored nor sent, and is no failure', async () => {
    const user = newUser('late');
    const socket = await stack.connect(user);
    const over = toTimestamp((await stack.now()) - 1_000);
    await stack.notify({ user_id: user, expires_at: over });
    await stack.notify({ user_id: user, expires_at: over, store: false });
    await stack.notify({ user_ids: [user], expires_at: over });
    await stack.settle();
    await socket.caughtUp();
    expect(socket.frames.filter((frame) => frame.type !== 'pong')).toEqual([]);
    expect(await notificationsOf(stack, user)).toEqual([]);
    const ofUser = ({ event }: RejectedEvent) => [event?.detail?.user_id, event?.detail?.user_ids?.[0]].includes(user);
    expect(await takeRejected(stack, ofUser, { atLeast: 0 })).toEqual([]);
    await expectQueuesEmpty(stack);
  });

  it.skipIf(!hasControlApi)(
    'one that ends while the user is away is not brought by sync and not counted (needs the local clock)',
    async () => {
      const user = newUser('late');
      const seen = await lastSeen(user);
      const soon = toTimestamp((await stack.now()) + 60_000);
      await stack.notify({ user_id: user, title: 'For a minute', expires_at: soon });
      await whileAway(user, 1);
      const early = await sync(await stack.connect(user), seen.id);
      expect(early.notifications).toHaveLength(2);
      expect(early.synced.unread_count).toBe(3);
      await stack.local.advance(61);
      const { synced, notifications } = await sync(await stack.connect(user), seen.id);
      expect(notifications.map(({ title }) => title)).toEqual(['Missed 0']);
      expect(synced.unread_count).toBe(2);
    },
  );
});
