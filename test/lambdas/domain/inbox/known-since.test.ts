// A user who appears for the first time does not start with old announcements unread.
import { expect, it } from 'vitest';
import { EVERYONE } from '../../../../protocol/user-id.ts';
import { functionsInMemory } from '../../../support/functions-in-memory.ts';

it('an announcement counts as unread for users who were known before it, and is read for those who came later', async () => {
  const system = functionsInMemory();
  const countOf = async (user: string) =>
    (await system.as(user, 'GET', '/api/v2/notifications/unread-count')).body.count;
  await countOf('alice');
  system.clock.ms += 60_000;
  await system.notify({ user_id: EVERYONE, title: 'Old' });
  system.clock.ms += 60_000;
  expect([await countOf('alice'), await countOf('bob')]).toEqual([1, 0]);
  const { body } = await system.as('bob', 'GET', '/api/v2/notifications');
  expect(body.notifications).toMatchObject([{ title: 'Old', is_read: true }]);
  system.clock.ms += 60_000;
  await system.notify({ user_id: EVERYONE, title: 'New' });
  expect([await countOf('alice'), await countOf('bob')]).toEqual([2, 1]);
});
