// What the functions ask of the table, on every engine the local runtime can start: one suite, so that none promises less.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rateSlots } from '../../lambdas/aws/delivery/rate-slots.ts';
import { requests } from '../../lambdas/aws/schedule/requests.ts';
import { clearAll, markAllRead } from '../../lambdas/domain/inbox/change-inbox.ts';
import { changeNotification } from '../../lambdas/domain/inbox/change-notification.ts';
import { listNotifications } from '../../lambdas/domain/inbox/list-notifications.ts';
import { unreadCount } from '../../lambdas/domain/inbox/unread-count.ts';
import { firstKeyAt, notificationId } from '../../lambdas/domain/model/notification-id.ts';
import { newNotification } from '../../lambdas/domain/model/stored-notification.ts';
import { dynoxideBinary } from '../../local/dynoxide.ts';
import { notificationQuerySchema } from '../../protocol/notification-query.ts';
import { type InboxOnEngine, inboxOnEngine } from '../lambdas/domain/inbox/inbox-on-engine.ts';

const ENGINES = dynoxideBinary() ? ['dynoxide', 'dynalite'] : ['dynalite'];
const TTL = 4_000_000_000;

describe.each(ENGINES)('the table on %s', (engineKind) => {
  let system: InboxOnEngine;
  beforeAll(async () => {
    // Through the runtime's AWS port: what an engine lacks is made good there.
    system = await inboxOnEngine({ metered: true, engineKind });
  });
  afterAll(() => system.close());

  const count = async (user: string) =>
    unreadCount(system.deps, await system.deps.recipients.load(user, { consistent: true }));
  const titles = async (user: string) =>
    (await listNotifications(system.deps, user, notificationQuerySchema.parse({}))).notifications.map(
      ({ title }) => title,
    );

  it('stores an id once, and gives back what was there', async () => {
    const { id, ...request } = await system.arrive('alice', 'r1', { title: 'First' });
    const again = newNotification(id, { ...request, title: 'Second' }, system.clock.ms, undefined);
    expect(await system.deps.inbox.put('alice', again, TTL)).toMatchObject({ id, title: 'First', unread_key: id });
    expect(await titles('alice')).toEqual(['First']);
  });

  it('gives a ticket to one of all who ask', async () => {
    const grant = { user_id: 'alice', topics: [], expires_at: '2100-01-01T00:00:00.000Z' };
    await system.deps.tickets.put('hash', grant);
    const taken = await Promise.all(Array.from({ length: 40 }, () => system.deps.tickets.take('hash')));
    expect(taken.filter((one) => one !== undefined)).toEqual([grant]);
  });

  it('lists, marks, clears and counts', async () => {
    for (const title of ['one', 'two', 'three', 'four']) {
      system.clock.ms += 1_000;
      await system.arrive('bob', title, { title });
    }
    expect(await titles('bob')).toEqual(['four', 'three', 'two', 'one']);
    const { notifications } = await listNotifications(system.deps, 'bob', notificationQuerySchema.parse({}));
    const idOf = (title: string) => notifications.find((notification) => notification.title === title)!.id;
    await changeNotification(system.deps, 'bob', idOf('four'), 'read');
    expect(await count('bob')).toBe(3);
    expect(await markAllRead(system.deps, 'bob', idOf('two'))).toEqual({ unread_count: 1 });
    await changeNotification(system.deps, 'bob', idOf('one'), 'unread');
    expect(await count('bob')).toBe(2);
    const unread = await listNotifications(system.deps, 'bob', notificationQuerySchema.parse({ is_read: 'false' }));
    expect(unread.notifications.map(({ title }) => title)).toEqual(['three', 'one']);
    expect(await clearAll(system.deps, 'bob')).toEqual({ unread_count: 0 });
    expect(await titles('bob')).toEqual([]);
  });

  it('keeps every mark of writers that come at once', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 8; at++) {
      system.clock.ms += 1_000;
      ids.push((await system.arrive('carol', `c${at}`)).id);
    }
    await Promise.all(ids.slice(0, 4).map((id) => markAllRead(system.deps, 'carol', id)));
    expect(await count('carol')).toBe(4);
  });

  it('finds and forgets connections', async () => {
    const connection = {
      connection_id: 'c1=',
      user_id: 'dave',
      topics: ['notifications'],
      shard: 3,
      connected_at: '2026-11-21T07:00:00.000Z',
    };
    await system.deps.connections.add(connection);
    expect((await system.deps.recipients.load('dave')).connections).toMatchObject([connection]);
    await system.deps.connections.remove({ connection_id: 'c1=' });
    expect((await system.deps.recipients.load('dave')).connections).toEqual([]);
  });

  it("remembers a producer's id as it was first seen", async () => {
    const known = requests(system.table);
    const first = { event_id: 'e1', accepted_at_ms: 1 };
    expect(await known.remember('order-1', first, TTL)).toMatchObject(first);
    expect(await known.remember('order-1', { event_id: 'e2', accepted_at_ms: 2 }, TTL)).toMatchObject(first);
  });

  it('hands out no more turns than there are, however many ask at once', async () => {
    const { take } = rateSlots(system.table, system.clock);
    const ids = Array.from({ length: 12 }, (_, at) => notificationId(system.clock.ms, `turn-${at}`, 'erin'));
    const since = firstKeyAt(system.clock.ms - 60_000);
    const given = await Promise.all(ids.map((id) => take('erin', 'system', id, since, 5)));
    expect(given.filter(Boolean)).toHaveLength(5);
    expect(await Promise.all(ids.map((id) => take('erin', 'system', id, since, 5)))).toEqual(given);
  });
});
