// What a client missed.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeNotification } from '../../../../lambdas/domain/inbox/change-notification.ts';
import { sync } from '../../../../lambdas/domain/inbox/sync.ts';
import { PAGE_MAX_BYTES, SYNC_FRAME_MAX_BYTES, SYNC_NOTIFICATIONS_MAX } from '../../../../protocol/limits.ts';
import { type InboxSystem, inboxSystem } from '../../../support/inbox-system.ts';

let system: InboxSystem;
beforeAll(async () => {
  system = await inboxSystem();
});
afterAll(() => system.close());
beforeEach(async () => {
  await system.reset();
  system.posted.length = 0;
  await system.known(USER);
});

const USER = 'alice';

/** Arrivals far enough apart that `sync` does not look at them twice. */
async function arriveLater(requestId: string, options = {}) {
  system.clock.ms += 60_000;
  return (await system.arrive(USER, requestId, options)).id;
}

async function synced(since?: string) {
  system.posted.length = 0;
  const frame = await sync(system.deps, USER, 'c1', since);
  const ids = system.posted.flatMap(({ frame: posted }) => {
    if (posted.type === 'notifications') return posted.notifications.map(({ id }) => id);
    return posted.type === 'notification' ? posted.notification.id : posted.type;
  });
  return { frame, ids };
}

describe('sync', () => {
  it('sends what came after the last one seen, own and everyone’s, oldest first, in one frame with the count', async () => {
    const seen = await arriveLater('1');
    const own = await arriveLater('2');
    system.clock.ms += 60_000;
    const { id: broadcast } = await system.broadcast('3');
    const last = await arriveLater('4');
    const { frame, ids } = await synced(seen);
    expect(ids).toEqual([own, broadcast, last]);
    expect(frame).toEqual({ type: 'synced', unread_count: 4, unseen_count: 4, recovered: true });
    const notifications = Array(3).fill(expect.objectContaining({ user_id: USER, is_read: false }));
    expect(system.posted.map(({ frame: posted }) => posted)).toEqual([
      { type: 'notifications', notifications, unread_count: 4, unseen_count: 4 },
    ]);
  });

  it('knows what was read, and leaves out what was archived or has expired', async () => {
    const seen = await arriveLater('1');
    const read = await arriveLater('2');
    await changeNotification(system.deps, USER, read, 'read');
    await changeNotification(system.deps, USER, await arriveLater('3'), 'archive');
    await arriveLater('4', { expiresInSeconds: 1 });
    system.clock.ms += 2_000;
    const { frame, ids } = await synced(seen);
    expect(ids).toEqual([read]);
    expect(system.posted[0]!.frame).toMatchObject({ notification: { is_read: true } });
    expect(frame).toMatchObject({ unread_count: 1, recovered: true });
  });

  it('goes on behind a stretch of expired rows that fills a whole page', async () => {
    const seen = await arriveLater('1');
    await Promise.all(
      Array.from({ length: 120 }, (_, at) => system.arrive(USER, `short-${at}`, { expiresInSeconds: 20 })),
    );
    const last = await arriveLater('last');
    expect(await synced(seen)).toEqual({
      frame: { type: 'synced', unread_count: 2, unseen_count: 2, recovered: true },
      ids: [last],
    });
  });

  it('answers with only the count on a first visit', async () => {
    await arriveLater('1');
    expect(await synced()).toEqual({
      frame: { type: 'synced', unread_count: 1, unseen_count: 1, recovered: true },
      ids: [],
    });
  });

  it('says so when it cannot know what was missed: an unknown id, another user’s, one that is gone', async () => {
    const { id: foreign } = await system.arrive('bob', '1');
    const expired = await arriveLater('2', { expiresInSeconds: 1 });
    system.clock.ms += 2_000;
    for (const since of [foreign, expired, '01970000-0000-7000-8000-000000000000']) {
      expect((await synced(since)).frame.recovered).toBe(false);
    }
  });

  it('says so when more was missed than it sends', async () => {
    const seen = await arriveLater('1');
    system.clock.ms += 60_000;
    await Promise.all(Array.from({ length: SYNC_NOTIFICATIONS_MAX + 1 }, (_, at) => system.arrive(USER, `many-${at}`)));
    const { frame, ids } = await synced(seen);
    expect(frame.recovered).toBe(false);
    expect(ids).toHaveLength(SYNC_NOTIFICATIONS_MAX);
    expect(new Set(ids).size).toBe(SYNC_NOTIFICATIONS_MAX);
  });

  it('packs what was missed into frames of at most 32 KB; what is larger comes alone, as it came live', async () => {
    const seen = await arriveLater('1');
    const sizes = [...Array(20).fill(3_000), 40_000, 100, 20_000, 20_000];
    const ids = [];
    for (const [at, size] of sizes.entries()) ids.push(await arriveLater(`m-${at}`, { title: 'm'.repeat(size) }));
    const { frame, ids: sent } = await synced(seen);
    expect([frame.recovered, sent]).toEqual([true, ids]);
    const bytes = system.posted.map(({ frame: posted }) => Buffer.byteLength(JSON.stringify(posted)));
    const types = system.posted.map(({ frame: posted }) => posted.type);
    expect(bytes.filter((size) => size > SYNC_FRAME_MAX_BYTES)).toHaveLength(1);
    expect(types).toEqual([
      'notifications',
      'notifications',
      'notifications',
      'notification',
      'notifications',
      'notification',
    ]);
  });

  it('sends at most 4 MB', async () => {
    const seen = await arriveLater('1');
    for (let at = 0; at < 60; at++) await arriveLater(`l-${at}`, { title: '\u0001'.repeat(16_000) });
    const { frame, ids } = await synced(seen);
    expect(frame.recovered).toBe(false);
    expect(ids.length).toBeLessThan(60);
    const bytes = system.posted.map(({ frame: posted }) => Buffer.byteLength(JSON.stringify(posted)));
    expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(PAGE_MAX_BYTES + 20_000);
  });

  it('stops when the socket is gone', async () => {
    const seen = await arriveLater('1');
    await arriveLater('2');
    system.gone.add('c1');
    expect((await synced(seen)).ids).toEqual([]);
    system.gone.clear();
  });
});
