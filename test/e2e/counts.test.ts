// The unread count is true on every open socket, whatever keeps the notification itself from it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNREAD_COUNT_MAX } from '../../protocol/limits.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { hasTokens } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

const list = (user: string) => stack.as(user, 'GET', '/api/v2/notifications?size=1');

describe.skipIf(!hasTokens)('the unread count (needs tokens)', () => {
  it.each([
    ['of a muted type', { muted_types: ['system'] }],
    ['while sockets are switched off', { websocket_notifications: false }],
  ])('is sent for a notification %s, which is not sent itself', async (_why, preferences) => {
    const user = newUser('quiet');
    await stack.as(user, 'PUT', '/api/v2/preferences', preferences);
    const sockets = await Promise.all([stack.connect(user), stack.connect(user)]);
    await stack.notify({ user_id: user });
    for (const socket of sockets)
      expect(await socket.frame('unread_count')).toEqual({ type: 'unread_count', unread_count: 1, unseen_count: 1 });
    await stack.settle();
    for (const socket of sockets) {
      await socket.caughtUp();
      expect(socket.of('notification')).toEqual([]);
    }
  });

  it('is exact up to 100 and says that it is not beyond, in frames and replies, and then is sent no more', async () => {
    const user = newUser('crowd');
    await stack.as(user, 'PUT', '/api/v2/preferences', { muted_types: ['loop'] });
    const socket = await stack.connect(user);
    const loop = (count: number) =>
      stack.put(
        Array.from({ length: count }, () => ({
          detail_type: 'notification.requested',
          detail: { user_id: user, title: 'A', message: 'B', notification_type: 'loop' },
        })),
      );
    for (let at = 0; at < UNREAD_COUNT_MAX; at += 10) await loop(10);
    await stack.settle();
    await socket.caughtUp();
    expect(socket.of('unread_count').at(-1)).toEqual({
      type: 'unread_count',
      unread_count: UNREAD_COUNT_MAX,
      unseen_count: UNREAD_COUNT_MAX,
    });
    expect((await list(user)).body).not.toHaveProperty('unread_count_exact');
    await loop(1);
    const inexact = { unread_count: UNREAD_COUNT_MAX, unseen_count: UNREAD_COUNT_MAX, unread_count_exact: false };
    await socket.frame((frame) => frame.unread_count_exact === false);
    const sent = socket.of('unread_count').length;
    await loop(10);
    await stack.settle();
    await socket.caughtUp();
    expect(socket.of('unread_count')).toHaveLength(sent);
    expect((await list(user)).body).toMatchObject(inexact);
    const { body } = await stack.as(user, 'GET', '/api/v2/notifications/unread-count');
    expect(body).toEqual({ count: UNREAD_COUNT_MAX, unseen_count: UNREAD_COUNT_MAX, unread_count_exact: false });
    socket.send({ action: 'sync' });
    expect(await socket.frame('synced')).toEqual({ type: 'synced', ...inexact, recovered: true });
  });

  it('is sent for what is beyond the rate of its type', async () => {
    const user = newUser('loop');
    const socket = await stack.connect(user);
    await Promise.all(Array.from({ length: 70 }, () => stack.notify({ user_id: user })));
    await stack.settle();
    await socket.caughtUp();
    expect(socket.of('notification').length).toBeLessThanOrEqual(60);
    expect(socket.of('unread_count')).not.toEqual([]);
    // Of several that are delivered at once, the last frame may be of an earlier one.
    expect(Math.max(...socket.frames.map((frame) => frame.unread_count ?? 0))).toBe(70);
  });

  it('names the moment at which it changes because something expires', async () => {
    const user = newUser('expiring');
    const socket = await stack.connect(user);
    const [soon, later] = [30, 60].map(async (seconds) => toTimestamp((await stack.now()) + seconds * 1_000));
    const [expires_at, expires_later] = [await soon!, await later!];
    await stack.notify({ user_id: user, expires_at: expires_later });
    expect(await socket.frame('notification')).toMatchObject({ unread_count: 1, next_expiry_at: expires_later });
    await stack.notify({ user_id: user, expires_at });
    await socket.frame((frame) => frame.unread_count === 2 && frame.next_expiry_at === expires_at);
    expect((await list(user)).body).toMatchObject({ unread_count: 2, next_expiry_at: expires_at });
    if (!stack.isLocal) return;
    await stack.pass(31);
    expect((await list(user)).body).toMatchObject({ unread_count: 1, next_expiry_at: expires_later });
    await stack.pass(30);
    expect((await list(user)).body).toMatchObject({ unread_count: 0, next_cursor: null });
    expect((await list(user)).body).not.toHaveProperty('next_expiry_at');
  });
});
