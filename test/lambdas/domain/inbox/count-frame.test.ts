// What the sockets are told last is what is true, whatever else changed the inbox meanwhile.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { markAllRead } from '../../../../lambdas/domain/inbox/change-inbox.ts';
import { changeNotification } from '../../../../lambdas/domain/inbox/change-notification.ts';
import { type InboxSystem, inboxSystem } from '../../../support/inbox-system.ts';

let system: InboxSystem;
beforeAll(async () => {
  system = await inboxSystem();
});
afterAll(() => system.close());

async function threeUnread(userId: string) {
  const { deps, clock } = system;
  const connectedAt = new Date(clock.ms - 60_000).toISOString();
  await deps.connections.add({
    connection_id: `tab-of-${userId}`,
    user_id: userId,
    connected_at: connectedAt,
  });
  const first = await system.arrive(userId, '1');
  await system.arrive(userId, '2');
  await system.arrive(userId, '3');
  return first;
}

const toldTo = (userId: string) =>
  system.posted
    .filter(({ connectionId }) => connectionId === `tab-of-${userId}`)
    .map(({ frame }) => 'unread_count' in frame && frame.unread_count);

it('counts anew when another tab marked all as read between its write and its count', async () => {
  const { deps } = system;
  const { id } = await threeUnread('alice');
  const readMarks: typeof deps.readMarks = {
    ...deps.readMarks,
    async changeOwn(...change) {
      const outcome = await deps.readMarks.changeOwn(...change);
      await markAllRead(deps, 'alice');
      return outcome;
    },
  };
  expect(await changeNotification({ ...deps, readMarks }, 'alice', id, 'read')).toMatchObject({ unread_count: 0 });
  expect(toldTo('alice').at(-1)).toBe(0);
});

it('tells the count again when its frame was overtaken by that of another change', async () => {
  const { deps } = system;
  const { id } = await threeUnread('bob');
  let isFirst = true;
  const sender: typeof deps.sender = {
    async post(connectionId, frame) {
      if (isFirst) {
        isFirst = false;
        await markAllRead(deps, 'bob');
      }
      return deps.sender.post(connectionId, frame);
    },
  };
  expect(await changeNotification({ ...deps, sender }, 'bob', id, 'read')).toMatchObject({ unread_count: 0 });
  expect(toldTo('bob')).toEqual([0, 2, 0]);
});
