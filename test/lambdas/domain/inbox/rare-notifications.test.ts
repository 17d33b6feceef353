// A filter that lets little through: the first page has what there is, and what is looked through stays bounded.
import { beforeEach, expect, it } from 'vitest';
import { changeNotification } from '../../../../lambdas/domain/inbox/change-notification.ts';
import { listNotifications } from '../../../../lambdas/domain/inbox/list-notifications.ts';
import { notificationId } from '../../../../lambdas/domain/model/notification-id.ts';
import { newNotification } from '../../../../lambdas/domain/model/stored-notification.ts';
import { LOOKED_THROUGH_FOR_ONE_MAX, NOTIFICATIONS_LOOKED_THROUGH_MAX } from '../../../../protocol/limits.ts';
import { notificationQuerySchema } from '../../../../protocol/notification-query.ts';
import { type InboxSystem, inboxSystem } from '../../../support/inbox-system.ts';

const ALICE = 'alice';
const FAR_TTL = 4_102_444_800;
let system: InboxSystem;
beforeEach(async () => {
  system = await inboxSystem();
});

const page = (query: object) => listNotifications(system.deps, ALICE, notificationQuerySchema.parse(query));

async function noise(count: number): Promise<void> {
  const request = {
    notification_type: 'noise',
    title: 'T',
    message: 'M',
    priority: 'normal' as const,
    payload: {},
    requires_ack: false,
    store: true,
  };
  for (let at = 0; at < count; at++) {
    const id = notificationId(++system.clock.ms, `noise-${at}`, ALICE);
    await system.deps.inbox.put(ALICE, newNotification(id, request, system.clock.ms, undefined), FAR_TTL);
  }
}

it.each([
  ['a type', { type: 'rare' }, false],
  ['a type among the unread', { type: 'rare', is_read: 'false' }, false],
  ['what is read', { is_read: 'true' }, true],
  ['a type, by page', { type: 'rare', page: '1' }, false],
])('finds the only one beyond thousands, by %s', async (_, query, isRead) => {
  const { id } = await system.arrive(ALICE, 'rare', { type: 'rare' });
  if (isRead) await changeNotification(system.deps, ALICE, id, 'read');
  await noise(3_000);
  const found = await page(query);
  expect(found.notifications.map((item) => item.id)).toEqual([id]);
});

it('ends an empty first page without a cursor where there is nothing', async () => {
  await noise(2_500);
  expect(await page({ type: 'rare' })).toMatchObject({ notifications: [], next_cursor: null });
});

it('looks through a bounded number, and goes on from there with the cursor', async () => {
  const { id } = await system.arrive(ALICE, 'rare', { type: 'rare' });
  await noise(LOOKED_THROUGH_FOR_ONE_MAX + NOTIFICATIONS_LOOKED_THROUGH_MAX + 500);
  const first = await page({ type: 'rare' });
  expect(first.notifications).toEqual([]);
  const second = await page({ type: 'rare', cursor: first.next_cursor! });
  expect(second.notifications.map((item) => item.id)).toEqual([id]);
});

it('reads no further than usual once one was found', async () => {
  await system.arrive(ALICE, 'rare-1', { type: 'rare' });
  await noise(1_500);
  await system.arrive(ALICE, 'rare-2', { type: 'rare' });
  const first = await page({ type: 'rare' });
  expect(first.notifications).toHaveLength(1);
  expect(first.next_cursor).not.toBeNull();
});
