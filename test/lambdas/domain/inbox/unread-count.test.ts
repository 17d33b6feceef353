// Counts beyond the first look, where rows are counted in place.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clearAll, markAllRead } from '../../../../lambdas/domain/inbox/change-inbox.ts';
import { changeNotification } from '../../../../lambdas/domain/inbox/change-notification.ts';
import { listNotifications } from '../../../../lambdas/domain/inbox/list-notifications.ts';
import { unreadCount } from '../../../../lambdas/domain/inbox/unread-count.ts';
import { UNREAD_COUNT_MAX } from '../../../../protocol/limits.ts';
import { notificationQuerySchema } from '../../../../protocol/notification-query.ts';
import { type InboxSystem, inboxSystem } from '../../../support/inbox-system.ts';

let system: InboxSystem;
beforeAll(async () => {
  system = await inboxSystem();
});
afterAll(() => system.close());

const count = async (userId: string) => (await countOf(userId)).unread_count;
const countOf = async (userId: string) =>
  unreadCount(system.deps, await system.deps.recipients.load(userId, { consistent: true }));

async function arriveMany(userId: string, amount: number, options = {}) {
  const arrived: string[] = [];
  for (let at = 0; at < amount; at += 50) {
    system.clock.ms += 1_000;
    const some = Array.from({ length: Math.min(50, amount - at) }, (_, n) =>
      system.arrive(userId, `${system.clock.ms}-${n}`, options),
    );
    arrived.push(...(await Promise.all(some)).map(({ id }) => id).sort());
  }
  return arrived;
}

it('is exact with many of them, marked again and expired ones among them', async () => {
  const ids = await arriveMany('alice', 80);
  await arriveMany('alice', 30, { expiresInSeconds: 60 });
  await Promise.all(ids.slice(0, 20).map((id) => changeNotification(system.deps, 'alice', id, 'read')));
  expect(await count('alice')).toBe(90);
  await Promise.all(ids.slice(0, 5).map((id) => changeNotification(system.deps, 'alice', id, 'unread')));
  expect(await count('alice')).toBe(95);
  system.clock.ms += 60_000;
  expect(await count('alice')).toBe(65);
  await markAllRead(system.deps, 'alice', ids[9]);
  expect(await count('alice')).toBe(60);
});

it('sees what is unread behind a hundred keys that a watermark has overtaken', async () => {
  const ids = await arriveMany('bob', 90);
  await markAllRead(system.deps, 'bob');
  await Promise.all(ids.map((id) => changeNotification(system.deps, 'bob', id, 'unread')));
  expect(await count('bob')).toBe(90);
  await markAllRead(system.deps, 'bob');
  expect(await count('bob')).toBe(0);
  await changeNotification(system.deps, 'bob', ids[3]!, 'unread');
  await arriveMany('bob', 2);
  expect(await count('bob')).toBe(3);
  expect((await clearAll(system.deps, 'bob')).unread_count).toBe(0);
});

it('stops at 100, and says so', async () => {
  const [first] = await arriveMany('carol', UNREAD_COUNT_MAX);
  expect(await countOf('carol')).toEqual({ unread_count: UNREAD_COUNT_MAX, unseen_count: UNREAD_COUNT_MAX });
  await arriveMany('carol', 1);
  expect(await countOf('carol')).toEqual({
    unread_count: UNREAD_COUNT_MAX,
    unseen_count: UNREAD_COUNT_MAX,
    unread_count_exact: false,
  });
  await changeNotification(system.deps, 'carol', first!, 'read');
  await arriveMany('carol', 1);
  expect(await countOf('carol')).toEqual({
    unread_count: UNREAD_COUNT_MAX,
    unseen_count: UNREAD_COUNT_MAX,
    unread_count_exact: false,
  });
  await markAllRead(system.deps, 'carol');
  expect(await countOf('carol')).toEqual({ unread_count: 0, unseen_count: 0 });
});

it('says when it changes next because something expires: own or everyone’s, unread only', async () => {
  await system.known('erin');
  const at = (seconds: number) => new Date(system.clock.ms + seconds * 1_000).toISOString();
  const [sixty, thirty] = [at(60), at(30)];
  await system.arrive('erin', 'a', { expiresInSeconds: 60 });
  expect(await countOf('erin')).toEqual({ unread_count: 1, unseen_count: 1, next_expiry_at: sixty });
  const { id } = await system.broadcast('b', { expiresInSeconds: 30 });
  expect(await countOf('erin')).toEqual({ unread_count: 2, unseen_count: 2, next_expiry_at: thirty });
  await changeNotification(system.deps, 'erin', id, 'read');
  expect(await countOf('erin')).toEqual({ unread_count: 1, unseen_count: 1, next_expiry_at: sixty });
  system.clock.ms += 60_000;
  expect(await countOf('erin')).toEqual({ unread_count: 0, unseen_count: 0 });
});

it('lets go of what expires at its very millisecond, everyone’s that was marked unread again too', async () => {
  await system.reset();
  await system.arrive('dave', '1', { expiresInSeconds: 0.5 });
  const { id } = await system.broadcast('2', { expiresInSeconds: 0.5 });
  await changeNotification(system.deps, 'dave', id, 'read');
  await changeNotification(system.deps, 'dave', id, 'unread');
  await markAllRead(system.deps, 'dave', id);
  await changeNotification(system.deps, 'dave', id, 'unread');
  const own = await system.arrive('dave', '3', { expiresInSeconds: 0.5 });
  system.clock.ms += 499;
  const listed = await listNotifications(system.deps, 'dave', notificationQuerySchema.parse({ is_read: 'false' }));
  expect(listed.notifications.map((notification) => notification.id)).toEqual(expect.arrayContaining([id, own.id]));
  expect(listed.unread_count).toBe(listed.notifications.length);
  system.clock.ms += 1;
  expect(await listNotifications(system.deps, 'dave', notificationQuerySchema.parse({}))).toMatchObject({
    notifications: [],
    unread_count: 0,
    unseen_count: 0,
  });
  await expect(changeNotification(system.deps, 'dave', id, 'read')).rejects.toMatchObject({ code: 'not_found' });
});
