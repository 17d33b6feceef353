// When a notification appeared, was requested and last changed, as its reader sees it.
import { beforeEach, expect, it } from 'vitest';
import { markAllRead } from '../../../../lambdas/domain/inbox/change-inbox.ts';
import { type Act, changeNotification } from '../../../../lambdas/domain/inbox/change-notification.ts';
import { findNotification } from '../../../../lambdas/domain/inbox/find-notification.ts';
import { toTimestamp } from '../../../../protocol/timestamp.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';
import { type InboxSystem, inboxSystem } from '../../../support/inbox-system.ts';

const ALICE = 'alice';
const HOUR_MS = 3_600_000;
let inbox: InboxSystem;
beforeEach(async () => {
  inbox = await inboxSystem();
});
const shown = async (id: string) => (await findNotification(inbox.deps, ALICE, id)).notification;
const now = () => toTimestamp(inbox.clock.ms);

it.each(['of her own', 'to everyone'])('updated_at moves with each change of a notification %s', async (whose) => {
  await inbox.known(ALICE);
  const { id } = whose === 'to everyone' ? await inbox.broadcast('r') : await inbox.arrive(ALICE, 'r');
  const createdAt = now();
  expect(await shown(id)).toMatchObject({ created_at: createdAt, updated_at: createdAt });
  const steps: (() => Promise<unknown>)[] = [
    ...(['read', 'unread'] as Act[]).map((act) => () => changeNotification(inbox.deps, ALICE, id, act)),
    () => markAllRead(inbox.deps, ALICE, undefined),
    ...(['unread', 'archive'] as Act[]).map((act) => () => changeNotification(inbox.deps, ALICE, id, act)),
  ];
  for (const [at, step] of steps.entries()) {
    inbox.clock.ms += HOUR_MS;
    await step();
    expect([at, await shown(id)]).toMatchObject([at, { created_at: createdAt, updated_at: now() }]);
  }
});

it('created_at is when a scheduled one appeared, requested_at when the bus accepted it', async () => {
  const system: DispatchSystem = await dispatchSystem();
  const requestedAt = toTimestamp(system.clock.ms);
  const deliverAt = toTimestamp(system.clock.ms + 24 * HOUR_MS);
  await system.notify({ user_id: ALICE, deliver_at: deliverAt });
  while (await system.nextMoment());
  const [item] = (await system.deps.inbox.newerThan(ALICE, '', 10)).items;
  const { notification } = await findNotification(system.deps, ALICE, item!.id);
  expect(notification).toMatchObject({ created_at: deliverAt, requested_at: requestedAt, updated_at: deliverAt });
});
