// A notification that is stored late is filed under the moment it is stored: no mark covers it and no `sync` passes
// over it.
import { beforeEach, describe, expect, it } from 'vitest';
import { clearAll, markAllRead } from '../../../../lambdas/domain/inbox/change-inbox.ts';
import { listNotifications } from '../../../../lambdas/domain/inbox/list-notifications.ts';
import { sync } from '../../../../lambdas/domain/inbox/sync.ts';
import { idTimeMs } from '../../../../lambdas/domain/model/notification-id.ts';
import { notificationQuerySchema } from '../../../../protocol/notification-query.ts';
import { EVERYONE } from '../../../../protocol/user-id.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';

let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
  system.memory.sockets.open('socket');
});

const ALICE = 'alice';
const AUDIENCES = [
  ['one user', ALICE],
  ['everyone', EVERYONE],
] as const;

async function inboxOf(userId: string) {
  const page = await listNotifications(system.deps, userId, notificationQuerySchema.parse({}));
  return page.notifications;
}

/** Puts fail; the event is dispatched and has to be retried. */
async function notifyInVain(
  userId: string,
  arrival: { eventId: string; acceptedAtMs: number; isRedelivery?: boolean },
) {
  const { inbox, broadcasts } = system.deps;
  const [putOwn, putBroadcast] = [inbox.put, broadcasts.put];
  const fail = () => Promise.reject(new Error('Throttled'));
  Object.assign(inbox, { put: fail });
  Object.assign(broadcasts, { put: fail });
  await expect(system.notify({ user_id: userId, title: 'Late' }, arrival)).rejects.toThrow('Throttled');
  Object.assign(inbox, { put: putOwn });
  Object.assign(broadcasts, { put: putBroadcast });
}

describe.each(AUDIENCES)('a notification to %s', (_, userId) => {
  it.each([
    [0, 0],
    [5_000, 0],
    [5_001, 5_001],
    [3_600_000, 3_600_000],
  ])('processed %i ms after acceptance has an id %i ms later than that', async (lateMs, expectedMs) => {
    const acceptedAtMs = system.clock.ms;
    system.clock.ms += lateMs;
    await system.notify({ user_id: userId }, { acceptedAtMs });
    const [found] = await inboxOf(ALICE);
    expect(idTimeMs(found!.id) - acceptedAtMs).toBe(expectedMs);
    expect(found).toMatchObject({
      created_at: new Date(acceptedAtMs + expectedMs).toISOString(),
      requested_at: new Date(acceptedAtMs).toISOString(),
    });
  });

  it('is found by `sync` although it was stored long after its client saw a newer one', async () => {
    const late = { eventId: 'late', acceptedAtMs: system.clock.ms };
    await notifyInVain(userId, late);
    system.clock.ms += 30_000;
    await system.notify({ user_id: ALICE, title: 'Seen' });
    const [seen] = await inboxOf(ALICE);
    system.clock.ms += 60_000;
    await system.notify({ user_id: userId, title: 'Late' }, { ...late, isRedelivery: true });
    system.posted.length = 0;
    const synced = await sync(system.deps, ALICE, 'socket', seen!.id);
    expect(JSON.stringify(system.posted)).toContain('Late');
    expect(synced).toMatchObject({ recovered: true });
  });

  it('is found by `sync` although it was put slowly, below what its client saw meanwhile', async () => {
    const acceptedAtMs = system.clock.ms;
    system.clock.ms += 4_900;
    const { inbox, broadcasts } = system.deps;
    const [putOwn, putBroadcast] = [inbox.put, broadcasts.put];
    // Starts within five seconds of its acceptance and takes as long as a put may.
    const slowly =
      <Arguments extends unknown[], Result>(put: (...given: Arguments) => Promise<Result>) =>
      async (...given: Arguments) => {
        Object.assign(inbox, { put: putOwn });
        Object.assign(broadcasts, { put: putBroadcast });
        system.clock.ms += 4_900;
        await system.notify({ user_id: ALICE, title: 'Seen' });
        return put(...given);
      };
    Object.assign(inbox, { put: slowly(putOwn) });
    Object.assign(broadcasts, { put: slowly(putBroadcast) });
    await system.notify({ user_id: userId, title: 'Slow' }, { acceptedAtMs });
    const seen = (await inboxOf(ALICE)).find(({ title }) => title === 'Seen');
    system.posted.length = 0;
    await sync(system.deps, ALICE, 'socket', seen!.id);
    expect(JSON.stringify(system.posted)).toContain('Slow');
  });

  it('is stored once, however late and however often it comes', async () => {
    const arrival = { eventId: 'again', acceptedAtMs: system.clock.ms };
    for (const waitMs of [0, 20_000, 30_000, 1_000, 60_000]) {
      system.clock.ms += waitMs;
      if (waitMs === 0) await notifyInVain(userId, arrival);
      else if (waitMs === 30_000) await notifyInVain(userId, { ...arrival, isRedelivery: true }).catch(() => undefined);
      else await system.notify({ user_id: userId, title: 'Late' }, { ...arrival, isRedelivery: true });
    }
    expect(await inboxOf(ALICE)).toHaveLength(1);
  });

  it('is stored once when an attempt begun in time ends after a late one', async () => {
    const arrival = { eventId: 'twice', acceptedAtMs: system.clock.ms };
    const { inbox, broadcasts } = system.deps;
    const [putOwn, putBroadcast] = [inbox.put, broadcasts.put];
    const overtaken =
      <Arguments extends unknown[], Result>(put: (...given: Arguments) => Promise<Result>) =>
      async (...given: Arguments) => {
        Object.assign(inbox, { put: putOwn });
        Object.assign(broadcasts, { put: putBroadcast });
        system.clock.ms += 5_500;
        await system.notify({ user_id: userId, title: 'Once' }, arrival);
        return put(...given);
      };
    Object.assign(inbox, { put: overtaken(putOwn) });
    Object.assign(broadcasts, { put: overtaken(putBroadcast) });
    await system.notify({ user_id: userId, title: 'Once' }, arrival);
    expect(await inboxOf(ALICE)).toHaveLength(1);
  });

  it.each([
    ['marked all read', markAllRead],
    ['cleared all', clearAll],
  ])('is new to a user who %s while it was being put', async (_act, act) => {
    // Known from then on: a user seen for the first time has no old announcements unread.
    await inboxOf(ALICE);
    await system.notify({ user_id: ALICE, title: 'Before' });
    system.clock.ms += 60_000;
    const acceptedAtMs = system.clock.ms;
    system.clock.ms += 4_000;
    const { inbox, broadcasts } = system.deps;
    const [putOwn, putBroadcast] = [inbox.put, broadcasts.put];
    const slowly =
      <Arguments extends unknown[], Result>(put: (...given: Arguments) => Promise<Result>) =>
      async (...given: Arguments) => {
        Object.assign(inbox, { put: putOwn });
        Object.assign(broadcasts, { put: putBroadcast });
        // A newer one arrives, and the user deals with all there is.
        system.clock.ms += 1_000;
        await system.notify({ user_id: ALICE, title: 'Newer' });
        system.clock.ms += 2_000;
        await act(system.deps, ALICE);
        return put(...given);
      };
    Object.assign(inbox, { put: slowly(putOwn) });
    Object.assign(broadcasts, { put: slowly(putBroadcast) });
    await system.notify({ user_id: userId, title: 'Slow' }, { acceptedAtMs });
    const found = await inboxOf(ALICE);
    expect(found.filter((one) => !one.is_read).map(({ title }) => title)).toEqual(['Slow']);
    if (act === clearAll) expect(found).toHaveLength(1);
  });
});

describe('marks', () => {
  it.each(AUDIENCES)('cover what has just been stored for %s', async (_, userId) => {
    for (const title of ['One', 'Two', 'Three']) {
      await system.notify({ user_id: userId, title });
      system.clock.ms += 4_000;
    }
    expect(await markAllRead(system.deps, ALICE)).toMatchObject({ unread_count: 0 });
    expect((await inboxOf(ALICE)).map((one) => one.is_read)).toEqual([true, true, true]);
    expect(await clearAll(system.deps, ALICE)).toMatchObject({ unread_count: 0 });
    expect(await inboxOf(ALICE)).toEqual([]);
  });

  it('cover what is newer than ten seconds only up to the id they name', async () => {
    for (const title of ['One', 'Two', 'Three']) {
      await system.notify({ user_id: ALICE, title });
      system.clock.ms += 1_000;
    }
    const [, two] = await inboxOf(ALICE);
    expect(await markAllRead(system.deps, ALICE, two!.id)).toMatchObject({ unread_count: 1 });
    const unread = (await inboxOf(ALICE)).filter((one) => !one.is_read);
    expect(unread.map(({ title }) => title)).toEqual(['Three']);
  });
});
