// A delivered notification is withdrawn: from inboxes, from counts, and from the lists of open clients.
import { beforeEach, describe, expect, it } from 'vitest';
import { EVERYONE } from '../../../../protocol/user-id.ts';
import { type FunctionsInMemory, functionsInMemory } from '../../../support/functions-in-memory.ts';

let system: FunctionsInMemory;
beforeEach(() => {
  system = functionsInMemory();
});
const titlesOf = async (user: string) =>
  (await system.as(user, 'GET', '/api/v2/notifications')).body.notifications.map((one: { title: string }) => one.title);
const countOf = async (user: string) => (await system.as(user, 'GET', '/api/v2/notifications/unread-count')).body.count;
const recall = (detail: object) => system.put('notification.recalled', detail);

describe('a recall', () => {
  it('removes a user’s notification by the request’s id, once', async () => {
    const client = await system.connect('alice');
    await system.notify({ id: 'order-7', user_id: 'alice', title: 'Wrong' });
    await system.notify({ user_id: 'alice', title: 'Right' });
    for (let twice = 0; twice < 2; twice++) await recall({ id: 'order-7', user_id: 'alice' });
    expect(await titlesOf('alice')).toEqual(['Right']);
    expect(await countOf('alice')).toBe(1);
    const [first] = client.frames as any[];
    const removed = client.frames.filter(({ type }) => type === 'notification_removed');
    expect(removed[0]).toMatchObject({ notification_id: first.notification.id, unread_count: 1 });
  });

  it('removes it by the notification’s own id', async () => {
    await system.notify({ user_id: 'alice' });
    const [{ id }] = (await system.as('alice', 'GET', '/api/v2/notifications')).body.notifications;
    await recall({ id, user_id: 'bob' });
    expect(await titlesOf('alice')).toEqual(['A title']);
    await recall({ id, user_id: 'alice' });
    expect(await titlesOf('alice')).toEqual([]);
  });

  it('without a user removes what the request sent to one user or to everyone', async () => {
    await system.notify({ id: 'one', user_id: 'alice', title: 'To alice' });
    await system.notify({ id: 'all', user_id: EVERYONE, title: 'To all' });
    await recall({ id: 'one' });
    await recall({ id: 'all' });
    expect(await titlesOf('alice')).toEqual([]);
  });

  it('of a request to many users removes the copy of the user it names', async () => {
    await system.notify({ id: 'many', user_ids: ['alice', 'bob'], title: 'To both' });
    await recall({ id: 'many', user_id: 'alice' });
    expect([await titlesOf('alice'), await titlesOf('bob')]).toEqual([[], ['To both']]);
  });

  it('reaches a client that was away, with sync', async () => {
    await system.notify({ id: 'order-7', user_id: 'alice' });
    const [{ id }] = (await system.as('alice', 'GET', '/api/v2/notifications')).body.notifications;
    system.clock.ms += 60_000;
    await recall({ id: 'order-7', user_id: 'alice' });
    const client = await system.connect('alice');
    await client.send({ action: 'sync', since: id });
    expect(client.frames).toContainEqual(
      expect.objectContaining({ type: 'notification_removed', notification_id: id }),
    );
  });

  it('finds a notification that was filed late', async () => {
    const event = { id: 'late', user_id: 'alice', title: 'Late', message: 'Text', notification_type: 'system' };
    await system.deps.bus.put({
      entries: [{ source: 'test', detail_type: 'notification.requested', detail: event }],
    });
    system.clock.ms += 60_000;
    await system.run();
    expect(await titlesOf('alice')).toEqual(['Late']);
    await recall({ id: 'late', user_id: 'alice' });
    expect(await titlesOf('alice')).toEqual([]);
  });

  it('keeps a repeat of the request from storing it again', async () => {
    const request = { id: 'order-7', user_id: 'alice' };
    await system.notify(request);
    await recall(request);
    await system.notify(request);
    expect(await titlesOf('alice')).toEqual([]);
  });

  it('of something unknown, of another source, or of a later request has no effect', async () => {
    await system.notify({ id: 'order-7', user_id: 'alice' });
    await recall({ id: 'order-8', user_id: 'alice' });
    await system.deps.bus.put({
      entries: [{ source: 'other', detail_type: 'notification.recalled', detail: { id: 'order-7', user_id: 'alice' } }],
    });
    await system.run();
    expect(await titlesOf('alice')).toEqual(['A title']);
    expect(system.deps.counted.recall_without_effect).toBe(2);
    expect(system.memory.queues.deadLetters.all()).toEqual([]);
  });
});
