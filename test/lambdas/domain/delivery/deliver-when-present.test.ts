// Requests that wait for their user to be present: released by a page's report, or at the end of their time.
import { beforeEach, describe, expect, it } from 'vitest';
import { type Client, type FunctionsInMemory, functionsInMemory } from '../../../support/functions-in-memory.ts';

let system: FunctionsInMemory;
beforeEach(() => {
  system = functionsInMemory();
});

const inSeconds = (seconds: number): string => new Date(system.clock.ms + seconds * 1_000).toISOString();
const when = (otherwise: 'push' | 'inbox' | 'drop', seconds = 3_600) => ({
  state: 'present' as const,
  until: inSeconds(seconds),
  otherwise,
});
const report = async (client: Client, state: 'active' | 'idle') => {
  expect(await client.send({ action: 'presence', state })).toBeUndefined();
  await system.run();
};
const shown = ({ frames }: Client): number => frames.filter(({ type }) => type === 'notification').length;
const listed = async (userId = 'alice'): Promise<number> =>
  (await system.as(userId, 'GET', '/api/v2/notifications')).body.notifications.length;
const phone = async (userId = 'alice') => {
  const registered = system.memory.sns.phone(`phone-${userId}`);
  const { status } = await system.as(userId, 'POST', '/api/v2/devices', { platform: 'fcm', token: `phone-${userId}` });
  expect(status).toBe(201);
  return registered;
};

describe('a request with deliver_when', () => {
  it('is delivered at once to a user who is present', async () => {
    const page = await system.connect('alice');
    await report(page, 'active');
    await system.notify({ user_id: 'alice', deliver_when: when('push') });
    expect([shown(page), await listed()]).toEqual([1, 1]);
    await system.advance(3_700);
    expect([shown(page), await listed()]).toEqual([1, 1]);
  });

  it('waits while pages are open and nobody is there, and comes once when somebody is', async () => {
    const pages = [await system.connect('alice'), await system.connect('alice')];
    const registered = await phone();
    await report(pages[0]!, 'idle');
    await system.notify({ user_id: 'alice', deliver_when: when('push') });
    await system.notify({ user_id: 'alice', deliver_when: when('push'), id: 'named' });
    expect([shown(pages[0]!), await listed()]).toEqual([0, 0]);
    await Promise.all(pages.map((page) => page.send({ action: 'presence', state: 'active' })));
    await system.run();
    expect([pages.map(shown), await listed(), registered.pushes.length]).toEqual([[2, 2], 2, 0]);
    const ids = pages[0]!.frames.flatMap((frame) => ('notification' in frame ? [frame.notification.id] : []));
    await pages[0]!.send({ action: 'shown', notification_ids: ids });
    await system.advance(3_700);
    expect([pages.map(shown), await listed(), registered.pushes.length]).toEqual([[2, 2], 2, 0]);
  });

  it.each([
    ['push', 1, 1, 1],
    ['inbox', 1, 1, 0],
    ['drop', 0, 0, 0],
  ] as const)('whose user does not come in time: %s', async (otherwise, frames, items, pushes) => {
    const page = await system.connect('alice');
    const registered = await phone();
    await system.notify({ user_id: 'alice', deliver_when: when(otherwise) });
    await system.advance(3_500);
    expect([shown(page), await listed(), registered.pushes.length]).toEqual([0, 0, 0]);
    await system.advance(200);
    expect([shown(page), await listed(), registered.pushes.length]).toEqual([frames, items, pushes]);
    await report(page, 'active');
    expect([shown(page), await listed(), registered.pushes.length]).toEqual([frames, items, pushes]);
  });

  it('waits for each of several users by itself', async () => {
    const [alice, bob] = [await system.connect('alice'), await system.connect('bob')];
    await system.notify({ user_ids: ['alice', 'bob'], deliver_when: when('inbox') });
    await report(bob, 'active');
    expect([shown(alice), shown(bob), await listed('alice'), await listed('bob')]).toEqual([0, 1, 0, 1]);
    await system.advance(3_700);
    expect([shown(alice), shown(bob), await listed('alice'), await listed('bob')]).toEqual([1, 1, 1, 1]);
  });

  it('is withdrawn by a cancellation, also for several users', async () => {
    const pages = [await system.connect('alice'), await system.connect('bob')];
    await system.notify({ user_id: 'alice', id: 'one', deliver_when: when('push') });
    await system.notify({ user_ids: ['alice', 'bob'], id: 'several', deliver_when: when('push') });
    await system.put('notification.cancelled', { id: 'one' });
    await system.put('notification.cancelled', { id: 'several' });
    for (const page of pages) await report(page, 'active');
    await system.advance(3_700);
    expect([pages.map(shown), await listed('alice'), await listed('bob')]).toEqual([[0, 0], 0, 0]);
    expect(await system.deps.held.of('alice', 10)).toEqual([]);
  });

  it('is a new one when it is asked for again after a cancellation', async () => {
    const page = await system.connect('alice');
    await system.notify({ user_id: 'alice', id: 'again', deliver_when: when('inbox') });
    system.clock.ms += 1_000;
    await system.put('notification.cancelled', { id: 'again' });
    system.clock.ms += 1_000;
    for (let copies = 0; copies < 2; copies++)
      await system.notify({ user_id: 'alice', id: 'again', deliver_when: when('inbox') });
    await report(page, 'active');
    await system.advance(4_000);
    expect([shown(page), await listed()]).toEqual([1, 1]);
  });

  it('is released once when its event comes again while the user is present', async () => {
    const page = await system.connect('alice');
    const detail = { user_id: 'alice', title: 'T', message: 'M', notification_type: 'system' };
    const at = new Date(system.clock.ms).toISOString();
    const event = { id: '7', 'detail-type': 'notification.requested', source: 'test', time: at, ingested_at: at };
    const body = JSON.stringify({ ...event, detail: { ...detail, deliver_when: when('inbox') } });
    const arrive = async () => {
      system.memory.queues.dispatch.send(body);
      await system.run();
    };
    await arrive();
    const { held } = system.deps;
    const { of } = held;
    // The report finds nothing yet, so that the copy is the first to come after it.
    held.of = async () => [];
    await report(page, 'active');
    held.of = of;
    await arrive();
    await arrive();
    expect([shown(page), await listed(), await held.of('alice', 10)]).toEqual([1, 1, []]);
    await page.send({ action: 'presence', state: 'idle' });
    await system.advance(5_000);
    expect([shown(page), await listed()]).toEqual([1, 1]);
  });

  it('ends its waiting in time though the first try died before its wake-up was made', async () => {
    const page = await system.connect('alice');
    const { schedules } = system.deps;
    const { create } = schedules;
    schedules.create = async () => {
      schedules.create = create;
      throw new Error('throttled');
    };
    await system.notify({ user_id: 'alice', id: 'half', deliver_when: when('inbox') });
    await system.advance(3_590);
    expect(await listed()).toBe(0);
    await system.advance(20);
    expect([shown(page), await listed()]).toEqual([1, 1]);
  });

  it('begins to wait at deliver_at', async () => {
    const page = await system.connect('alice');
    await system.notify({ user_id: 'alice', deliver_at: inSeconds(1_800), deliver_when: when('drop') });
    await report(page, 'active');
    expect(shown(page)).toBe(0);
    await report(page, 'idle');
    await system.advance(1_900);
    expect(shown(page)).toBe(0);
    await report(page, 'active');
    expect([shown(page), await listed()]).toEqual([1, 1]);
  });

  it('is one notification when the bus delivers its event twice, and when wake-ups do', async () => {
    const page = await system.connect('alice');
    const request = { user_id: 'alice', id: 'twice', deliver_when: when('inbox') };
    await system.notify(request);
    await system.notify(request);
    const [held] = await system.deps.held.of('alice', 10);
    const { source, id, audience } = held!.key;
    const wake = { task: 'wake', source, request_id: id, audience, accepted_at_ms: held!.accepted_at_ms };
    await page.send({ action: 'presence', state: 'active' });
    for (let copies = 0; copies < 2; copies++)
      system.memory.queues.dispatch.send(JSON.stringify({ ...wake, due_at_ms: system.clock.ms }));
    await system.run();
    expect([shown(page), await listed(), await system.deps.held.of('alice', 10)]).toEqual([1, 1, []]);
  });

  it('is found by a page that becomes present while it is being noted', async () => {
    const page = await system.connect('alice');
    const { held } = system.deps;
    const { note } = held;
    held.note = async (...given) => {
      // Nothing is held yet when this report looks for it.
      await page.send({ action: 'presence', state: 'active' });
      await note(...given);
    };
    await system.notify({ user_id: 'alice', deliver_when: when('drop') });
    expect([shown(page), await listed()]).toEqual([1, 1]);
  });

  it('goes on waiting when the person leaves before it is released', async () => {
    const page = await system.connect('alice');
    await system.notify({ user_id: 'alice', deliver_when: when('inbox') });
    await page.send({ action: 'presence', state: 'active' });
    await page.send({ action: 'presence', state: 'idle' });
    await system.run();
    expect(shown(page)).toBe(0);
    await report(page, 'active');
    expect(shown(page)).toBe(1);
  });

  it('does not count a page that closed', async () => {
    const page = await system.connect('alice');
    await report(page, 'active');
    await page.close();
    await system.notify({ user_id: 'alice', deliver_when: when('drop') });
    expect(await listed()).toBe(0);
    expect(await system.deps.held.of('alice', 10)).toHaveLength(1);
  });

  it.each([
    [{ topic: 'chat:1', deliver_when: 'present' }],
    [{ user_id: 'alice', store: false }],
    [{ user_ids: ['alice', 'bob'], claim: { expires_seconds: 60 } }],
    [{ user_id: 'alice', deliver_at: '2026-11-22T07:00:00Z' }],
  ])('is refused where it can mean nothing: %o', async (request) => {
    await system.notify({ ...request, deliver_when: when('push') } as never);
    expect(system.memory.queues.rejected.all().map(({ attributes }) => attributes.field)).toEqual(['deliver_when']);
  });
});

describe('a page that reports presence', () => {
  it('may do so twelve times a minute', async () => {
    const page = await system.connect('alice');
    for (let count = 0; count < 12; count++) await report(page, count % 2 === 0 ? 'active' : 'idle');
    expect(await page.send({ action: 'presence', state: 'active' })).toMatchObject({ code: 'rate_limited' });
  });

  it('lists what a report may say', async () => {
    const page = await system.connect('alice');
    expect(await page.send({ action: 'presence', state: 'away' })).toMatchObject({
      code: 'invalid_frame',
      message: 'state must be active or idle',
    });
  });
});
