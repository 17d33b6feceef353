// Seen apart from read: what opening the bell changes, and what it leaves as it is.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { changeNotification } from '../../../../lambdas/domain/inbox/change-notification.ts';
import { markAllSeen } from '../../../../lambdas/domain/inbox/mark-all-seen.ts';
import { unreadCount } from '../../../../lambdas/domain/inbox/unread-count.ts';
import { notificationId } from '../../../../lambdas/domain/model/notification-id.ts';
import { newNotification } from '../../../../lambdas/domain/model/stored-notification.ts';
import { UNREAD_COUNT_MAX } from '../../../../protocol/limits.ts';
import { inboxSystem } from '../../../support/inbox-system.ts';

const system = await inboxSystem();
const { deps, clock } = system;
beforeEach(() => system.reset());
afterAll(() => system.close());

const counts = async (user: string) => unreadCount(deps, await deps.recipients.load(user, { consistent: true }));

describe('mark all as seen', () => {
  it('leaves everything unread, and what comes next is unseen', async () => {
    await system.arrive('alice', '1');
    clock.ms += 60_000;
    await system.arrive('alice', '2');
    expect(await counts('alice')).toEqual({ unread_count: 2, unseen_count: 2 });
    expect(await markAllSeen(deps, 'alice')).toEqual({ unread_count: 2, unseen_count: 0 });
    clock.ms += 1_000;
    await system.arrive('alice', '3');
    expect(await counts('alice')).toEqual({ unread_count: 3, unseen_count: 1 });
  });

  it('does not cover what is stored later under an earlier id', async () => {
    await system.arrive('alice', 'first');
    await markAllSeen(deps, 'alice');
    const request = { notification_type: 'system', title: '', message: '', payload: {}, requires_ack: false };
    const id = notificationId(clock.ms - 2_000, 'late', 'alice');
    const late = newNotification(id, { ...request, priority: 'normal', store: true }, clock.ms, undefined);
    await deps.inbox.put('alice', late, clock.ms / 1000 + 1e6);
    expect(await counts('alice')).toEqual({ unread_count: 2, unseen_count: 1 });
  });

  it('reaches up to an id, and an earlier one later takes nothing back', async () => {
    const first = await system.arrive('alice', '1');
    clock.ms += 1_000;
    const second = await system.arrive('alice', '2');
    clock.ms += 1_000;
    await system.arrive('alice', '3');
    expect(await markAllSeen(deps, 'alice', second.id)).toMatchObject({ unseen_count: 1 });
    expect(await markAllSeen(deps, 'alice', first.id)).toMatchObject({ unseen_count: 1 });
  });

  it('counts as unseen only what is unread, and what is marked unread again stays seen', async () => {
    const { id } = await system.arrive('alice', '1');
    expect(await changeNotification(deps, 'alice', id, 'read')).toMatchObject({ unseen_count: 0 });
    expect(await changeNotification(deps, 'alice', id, 'unread')).toMatchObject({ unseen_count: 1 });
    await markAllSeen(deps, 'alice');
    await changeNotification(deps, 'alice', id, 'read');
    expect(await changeNotification(deps, 'alice', id, 'unread')).toMatchObject({ unread_count: 1, unseen_count: 0 });
  });

  it('counts what is new exactly, even where more is unread than a count shows', async () => {
    for (let at = 0; at < UNREAD_COUNT_MAX + 20; at++) {
      clock.ms += 1_000;
      await system.arrive('alice', `${at}`);
    }
    await markAllSeen(deps, 'alice');
    clock.ms += 1_000;
    await system.arrive('alice', 'new');
    expect(await counts('alice')).toEqual({
      unread_count: UNREAD_COUNT_MAX,
      unseen_count: 1,
      unread_count_exact: false,
    });
  });

  it('sends the counts to the sockets of the user, once', async () => {
    await deps.connections.add({ connection_id: 'c1', user_id: 'alice', connected_at: '2026-11-21T06:00:00.000Z' });
    await system.arrive('alice', '1');
    system.posted.length = 0;
    await markAllSeen(deps, 'alice');
    expect(system.posted.map(({ frame }) => frame)).toEqual([
      { type: 'unread_count', unread_count: 1, unseen_count: 0 },
    ]);
  });

  it('covers notifications to everyone', async () => {
    await system.known('alice');
    await system.broadcast('all');
    expect(await counts('alice')).toEqual({ unread_count: 1, unseen_count: 1 });
    expect(await markAllSeen(deps, 'alice')).toEqual({ unread_count: 1, unseen_count: 0 });
    clock.ms += 60_000;
    expect(await counts('alice')).toEqual({ unread_count: 1, unseen_count: 0 });
  });
});
