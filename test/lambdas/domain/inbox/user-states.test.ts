// Writers of one user's state at the same time: nothing of any is lost.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clearAll, markAllRead } from '../../../../lambdas/domain/inbox/change-inbox.ts';
import { changePreferences, readPreferences } from '../../../../lambdas/domain/inbox/preferences.ts';
import { type InboxSystem, inboxSystem } from '../../../support/inbox-system.ts';

let system: InboxSystem;
beforeAll(async () => {
  system = await inboxSystem();
});
afterAll(() => system.close());

it('keeps what each of several tabs changes at once', async () => {
  const { deps } = system;
  const { id } = await system.arrive('alice', '1');
  system.clock.ms += 60_000;
  await Promise.all([
    changePreferences(deps, 'alice', { push_notifications: false }),
    changePreferences(deps, 'alice', { email_notifications: false }),
    changePreferences(deps, 'alice', { muted_types: ['reminder'] }),
    markAllRead(deps, 'alice'),
    clearAll(deps, 'alice'),
  ]);
  expect(await readPreferences(deps, 'alice')).toMatchObject({
    websocket_notifications: true,
    push_notifications: false,
    email_notifications: false,
    muted_types: ['reminder'],
  });
  const state = await deps.userStates.read('alice');
  expect(state.cleared_before).toBe(id);
  expect(state.watermarks).toEqual([{ before: id, at: expect.any(String) }]);
});

it('keeps a mark for each of two ids that are read up to at once', async () => {
  const { deps } = system;
  const older = await system.arrive('bob', '1');
  system.clock.ms += 1_000;
  const newer = await system.arrive('bob', '2');
  system.clock.ms += 60_000;
  const replies = await Promise.all([markAllRead(deps, 'bob', older.id), markAllRead(deps, 'bob', newer.id)]);
  expect(replies.at(-1)).toEqual({ unread_count: 0, unseen_count: 0 });
  expect((await deps.userStates.read('bob')).watermarks.some(({ before }) => before === newer.id)).toBe(true);
});
