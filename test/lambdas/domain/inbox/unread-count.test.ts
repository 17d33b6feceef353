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

const count = async (userId: string) =>
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

it('is exact with hundreds of them, marked again and expired ones among them', async () => {
  const ids = await arriveMany('alice', 250);
  await arriveMany('alice', 30, { expiresInSeconds: 60 });
  await Promise.all(ids.slice(0, 20).map((id) => changeNotification(system.deps, 'alice', id, 'read')));
  expect(await count('alice')).toBe(260);
  await Promise.all(ids.slice(0, 5).map((id) => changeNotification(system.deps, 'alice', id, 'unread')));
  expect(await count('alice')).toBe(265);
  system.clock.ms += 60_000;
  expect(await count('alice')).toBe(235);
  await markAllRead(system.deps, 'alice', ids[9]);
  expect(await count('alice')).toBe(230);
});

it('sees what is unread behind a hundred keys that a watermark has overtaken', async () => {
  const ids = await arriveMany('bob', 120);
  await markAllRead(system.deps, 'bob');
  await Promise.all(ids.map((id) => changeNotification(system.deps, 'bob', id, 'unread')));
  expect(await count('bob')).toBe(120);
  await markAllRead(system.deps, 'bob');
  expect(await count('bob')).toBe(0);
  await changeNotification(system.deps, 'bob', ids[3]!, 'unread');
  await arriveMany('bob', 2);
  expect(await count('bob')).toBe(3);
  expect((await clearAll(system.deps, 'bob')).unread_count).toBe(0);
});

it('stops where nobody counts any more', async () => {
  await arriveMany('carol', UNREAD_COUNT_MAX + 50);
  expect(await count('carol')).toBe(UNREAD_COUNT_MAX);
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
  });
  await expect(changeNotification(system.deps, 'dave', id, 'read')).rejects.toMatchObject({ code: 'not_found' });
});
