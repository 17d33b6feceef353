// The last count that sockets receive is current, even when several changes overlap.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clearAll, markAllRead } from '../../../../lambdas/domain/inbox/change-inbox.ts';
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

it('sends the count again when its frame was overtaken by that of another change', async () => {
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
  // The change is sent once: sent again, it would undo the other change.
  const changes = system.posted.flatMap(({ connectionId, frame }) =>
    connectionId === 'tab-of-bob' && frame.type === 'unread_count' ? [Object.keys(frame.changed ?? {}).at(-1)] : [],
  );
  expect(changes).toEqual(['notifications', 'notifications', undefined]);
});

it('says what was changed, as it is now', async () => {
  const { deps, clock } = system;
  const { id } = await threeUnread('carol');
  const framesOf = async (change: Promise<unknown>) => {
    system.posted.length = 0;
    await change;
    return system.posted.map(({ frame }) => frame.type === 'unread_count' && frame.changed);
  };
  const at = new Date(clock.ms).toISOString();
  const one = (is_read: boolean, is_archived: boolean) => [{ at, notifications: [{ id, is_read, is_archived }] }];
  expect(await framesOf(changeNotification(deps, 'carol', id, 'read'))).toEqual(one(true, false));
  expect(await framesOf(changeNotification(deps, 'carol', id, 'read'))).toEqual([]);
  expect(await framesOf(changeNotification(deps, 'carol', id, 'unread'))).toEqual(one(false, false));
  expect(await framesOf(changeNotification(deps, 'carol', id, 'archive'))).toEqual(one(true, true));
});

it('reports all that was read or cleared: the mark, and one by one those of the last seconds, which it leaves out', async () => {
  const { deps, clock } = system;
  const first = await threeUnread('erin');
  clock.ms += 60_000;
  const fresh = await system.arrive('erin', '4');
  const framesOf = async (change: Promise<unknown>) => {
    system.posted.length = 0;
    await change;
    return system.posted.flatMap(({ frame }) => (frame.type === 'unread_count' ? [frame.changed!] : []));
  };
  const isMark = (id: string | undefined) => id !== undefined && id > first.id && id < fresh.id;
  const [read] = await framesOf(markAllRead(deps, 'erin'));
  expect(isMark(read!.read_up_to)).toBe(true);
  expect(read!.notifications).toEqual([{ id: fresh.id, is_read: true, is_archived: false }]);
  const [cleared] = await framesOf(clearAll(deps, 'erin'));
  expect(isMark(cleared!.cleared_up_to)).toBe(true);
  expect(cleared!.notifications).toEqual([{ id: fresh.id, is_read: true, is_archived: true }]);
  clock.ms += 60_000;
  const [again] = await framesOf(clearAll(deps, 'erin', first.id));
  expect(again).toEqual({ at: expect.any(String), cleared_up_to: first.id });
});

it('changes nothing in an empty inbox, and says so', async () => {
  const { deps, clock } = await inboxSystem();
  const connected_at = new Date(clock.ms - 60_000).toISOString();
  await deps.connections.add({ connection_id: 'tab-of-dave', user_id: 'dave', connected_at });
  expect(await clearAll(deps, 'dave')).toEqual({ unread_count: 0, unseen_count: 0 });
});
