// The unread count is sent whenever it changes, whatever keeps the notification itself from the sockets.
import { describe, expect, it } from 'vitest';
import { changePreferences } from '../../../../lambdas/domain/inbox/preferences.ts';
import { UNREAD_COUNT_MAX } from '../../../../protocol/limits.ts';
import { toTimestamp } from '../../../../protocol/timestamp.ts';
import { dispatchSystem } from '../../../support/dispatch-system.ts';

async function setUp(preferences = {}) {
  const system = await dispatchSystem();
  await changePreferences(system.deps, 'alice', preferences);
  const socket = await system.connect('alice', 'tab');
  const frames = () => socket.frames.splice(0);
  return { ...system, system, socket, frames };
}

describe.each([
  ['its type is muted', { muted_types: ['system'] }],
  ['sockets are switched off', { websocket_notifications: false }],
])('a notification that no socket is sent because %s', (_why, preferences) => {
  it('changes the count on every socket', async () => {
    const { system, frames } = await setUp(preferences);
    const expires_at = toTimestamp(system.clock.ms + 60_000);
    await system.notify({ user_id: 'alice', expires_at });
    expect(frames()).toEqual([{ type: 'unread_count', unread_count: 1, unseen_count: 1, next_expiry_at: expires_at }]);
    await system.notify({ user_id: 'alice' });
    expect(frames()).toEqual([{ type: 'unread_count', unread_count: 2, unseen_count: 2, next_expiry_at: expires_at }]);
  });

  it('changes the count on a socket that opens while it is being stored', async () => {
    const { system, deps } = await setUp(preferences);
    const { put } = deps.inbox;
    await deps.connections.remove({ connection_id: 'tab', user_id: 'alice' });
    let opened: Awaited<ReturnType<typeof system.connect>> | undefined;
    deps.inbox.put = async (...given) => {
      const outcome = await put(...given);
      opened = await system.connect('alice', 'opened');
      return outcome;
    };
    await system.notify({ user_id: 'alice' });
    expect(opened!.frames).toEqual([{ type: 'unread_count', unread_count: 1, unseen_count: 1 }]);
  });

  it('is not sent once there are more than a count shows', async () => {
    const { system, frames } = await setUp(preferences);
    for (let at = 0; at < UNREAD_COUNT_MAX; at++) await system.notify({ user_id: 'alice' });
    expect(frames()).toHaveLength(UNREAD_COUNT_MAX);
    await system.notify({ user_id: 'alice' });
    expect(frames()).toEqual([
      {
        type: 'unread_count',
        unread_count: UNREAD_COUNT_MAX,
        unseen_count: UNREAD_COUNT_MAX,
        unread_count_exact: false,
      },
    ]);
    await system.notify({ user_id: 'alice' });
    expect(frames()).toEqual([]);
  });
});

it('is sent for a notification beyond the rate of its type', async () => {
  const { system, frames } = await setUp();
  for (let at = 0; at < 62; at++) await system.notify({ user_id: 'alice' });
  const types = frames().map((frame) => frame.type);
  expect(types.slice(0, 60)).toEqual(Array(60).fill('notification'));
  expect(types.slice(60)).toEqual(['unread_count', 'unread_count']);
});

it('keeps to the rate though more are unread than a count shows, and costs no slot where few came lately', async () => {
  const { system, frames, deps } = await setUp();
  let slots = 0;
  const { take } = deps.rateSlots;
  deps.rateSlots.take = (...given) => {
    slots++;
    return take(...given);
  };
  for (let at = 0; at < 110; at++) {
    system.clock.ms += 10_000;
    await system.notify({ user_id: 'alice' });
  }
  expect([frames().length, slots]).toEqual([110, 0]);
  for (let at = 0; at < 80; at++) await system.notify({ user_id: 'alice' });
  expect(frames().filter(({ type }) => type === 'notification').length).toBeLessThanOrEqual(60);
});
