// A notification to everyone that needed a second try is new to everyone, whatever they read or cleared meanwhile.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { newBatch } from '../../../../lambdas/domain/delivery/batch.ts';
import { type AudienceDeps, deliverToAudience } from '../../../../lambdas/domain/delivery/deliver-to-audience.ts';
import { clearAll } from '../../../../lambdas/domain/inbox/change-inbox.ts';
import { listNotifications } from '../../../../lambdas/domain/inbox/list-notifications.ts';
import { notificationQuerySchema } from '../../../../protocol/notification-query.ts';
import { EVERYONE } from '../../../../protocol/user-id.ts';
import { type InboxSystem, inboxSystem } from '../../../support/inbox-system.ts';

let system: InboxSystem;
beforeAll(async () => {
  system = await inboxSystem();
});
beforeEach(() => system.reset());
afterAll(() => system.close());

async function broadcast(acceptedAtMs: number, isRedelivery: boolean, faults: Partial<AudienceDeps> = {}) {
  const deps = {
    ...system.deps,
    random: () => 0.5,
    ...faults,
  } as Partial<AudienceDeps> as AudienceDeps;
  const request = {
    user_id: EVERYONE,
    notification_type: 'system',
    title: 'To all',
    message: 'Message',
    priority: 'normal' as const,
    payload: {},
    requires_ack: false,
    store: true,
  };
  const due = {
    key: { source: 'test', id: 'request', audience: 'everyone' },
    acceptedAtMs,
    request,
    isRedelivery,
    idsByAudience: false,
  };
  await deliverToAudience(deps, newBatch(deps, 90), due);
}

async function inboxOf(userId: string) {
  const page = await listNotifications(system.deps, userId, notificationQuerySchema.parse({}));
  return { titles: page.notifications.map(({ title }) => title), unread: page.unread_count };
}

it('shows it to who cleared the inbox before it could be stored', async () => {
  const { deps, clock } = system;
  const acceptedAtMs = clock.ms;
  const broadcasts = { ...deps.broadcasts, put: () => Promise.reject(new Error('Throttled')) };
  await expect(broadcast(acceptedAtMs, false, { broadcasts })).rejects.toThrow('Throttled');
  clock.ms += 10_000;
  await system.arrive('alice', 'meanwhile');
  await clearAll(deps, 'alice');
  clock.ms += 10_000;
  await broadcast(acceptedAtMs, true);
  expect(await inboxOf('alice')).toEqual({ titles: ['To all'], unread: 1 });
});

it.each([0, 20_000])('stores it once, first after %i ms, then much later again', async (lateMs) => {
  const { clock } = system;
  // A user who is known before has it unread.
  await inboxOf('alice');
  clock.ms += 1;
  const acceptedAtMs = clock.ms;
  clock.ms += lateMs;
  await broadcast(acceptedAtMs, false);
  clock.ms += 30_000;
  await broadcast(acceptedAtMs, true);
  await broadcast(acceptedAtMs, false);
  expect(await inboxOf('alice')).toEqual({ titles: ['To all'], unread: 1 });
});
