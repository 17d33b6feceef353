// Snooze: what leaves the list comes back at its time as a new notification, once.
import { describe, expect, it } from 'vitest';
import { newBatch } from '../../../../lambdas/domain/delivery/batch.ts';
import { endSnooze } from '../../../../lambdas/domain/delivery/end-snooze.ts';
import { EVERYONE } from '../../../../protocol/user-id.ts';
import { functionsInMemory } from '../../../support/functions-in-memory.ts';

const LIST = '/api/v2/notifications';
const MINUTE = 60;

async function withTwo() {
  const system = functionsInMemory();
  const { as, clock } = system;
  const tab = await system.connect('alice');
  for (const title of ['older', 'newer']) {
    await system.notify({ user_id: 'alice', title, payload: { url: '/x' } });
    await system.advance(10);
  }
  const list = async (user = 'alice') => (await as(user, 'GET', LIST)).body;
  const titles = async (user = 'alice') => (await list(user)).notifications.map(({ title }: any) => title);
  const older = (await list()).notifications[1];
  const inSeconds = (seconds: number) => new Date(clock.ms + seconds * 1_000).toISOString();
  const snooze = (id: string, until: unknown, user = 'alice') => as(user, 'PUT', `${LIST}/${id}/snooze`, { until });
  tab.frames.length = 0;
  return { ...system, tab, list, titles, older, inSeconds, snooze };
}

describe('a snoozed notification', () => {
  it.each([
    ['a few minutes', 10 * MINUTE],
    ['an hour, by a schedule', 60 * MINUTE],
  ])('leaves list and counts for %s, and comes back unread, at the top, with a frame, once', async (_, seconds) => {
    const { advance, as, list, titles, older, inSeconds, snooze, tab } = await withTwo();
    const until = inSeconds(seconds);
    const { status, body } = await snooze(older.id, until);
    expect(status).toBe(200);
    expect(body).toMatchObject({ unread_count: 1, notification: { is_archived: true, snoozed_until: until } });
    expect(await titles()).toEqual(['newer']);
    expect(tab.frames).toEqual([
      expect.objectContaining({
        unread_count: 1,
        changed: expect.objectContaining({ notifications: [expect.anything()] }),
      }),
    ]);
    await as('alice', 'PUT', `${LIST}/mark-all-seen`);
    tab.frames.length = 0;
    await advance(seconds - 5);
    expect(await titles()).toEqual(['newer']);
    await advance(MINUTE);
    expect(await titles()).toEqual(['older', 'newer']);
    const back = await list();
    expect(back).toMatchObject({ unread_count: 2, unseen_count: 1 });
    expect(back.notifications[0]).toMatchObject({ is_read: false, created_at: until, payload: { url: '/x' } });
    const arrived = tab.frames.filter(({ type }) => type === 'notification');
    expect(arrived).toEqual([expect.objectContaining({ unread_count: 2 })]);
    const before = (await as('alice', 'GET', `${LIST}/${older.id}`)).body;
    expect(before).toMatchObject({ is_archived: true });
    expect(before.snoozed_until).toBeUndefined();
  });

  it('comes back once, however often it is snoozed and woken', async () => {
    const { advance, memory, titles, older, inSeconds, snooze } = await withTwo();
    const until = inSeconds(20 * MINUTE);
    for (let time = 0; time < 3; time++) await snooze(older.id, until);
    const task = { task: 'snooze_end', user_id: 'alice', notification_id: older.id, due_at_ms: Date.parse(until) };
    for (let time = 0; time < 3; time++) memory.queues.dispatch.send(JSON.stringify(task));
    await advance(21 * MINUTE);
    memory.queues.dispatch.send(JSON.stringify(task));
    await advance(10);
    expect(await titles()).toEqual(['older', 'newer']);
  });

  it('comes back at the last time it was given', async () => {
    const { advance, titles, older, inSeconds, snooze } = await withTwo();
    await snooze(older.id, inSeconds(5 * MINUTE));
    await snooze(older.id, inSeconds(12 * MINUTE));
    await advance(11 * MINUTE);
    expect(await titles()).toEqual(['newer']);
    await advance(2 * MINUTE);
    expect(await titles()).toEqual(['older', 'newer']);
  });

  it('is in its place again, unread, when the snooze is taken back, and does not come a second time', async () => {
    const { advance, as, list, titles, older, inSeconds, snooze, tab } = await withTwo();
    await snooze(older.id, inSeconds(5 * MINUTE));
    tab.frames.length = 0;
    const { body } = await as('alice', 'DELETE', `${LIST}/${older.id}/snooze`);
    expect(body).toMatchObject({ unread_count: 2, notification: { id: older.id, is_read: false, is_archived: false } });
    expect(tab.frames).toMatchObject([{ changed: { notifications: [{ id: older.id, is_archived: false }] } }]);
    expect(await titles()).toEqual(['newer', 'older']);
    await advance(6 * MINUTE);
    expect(await titles()).toEqual(['newer', 'older']);
    expect((await list()).unread_count).toBe(2);
    expect((await as('alice', 'DELETE', `${LIST}/${older.id}/snooze`)).status).toBe(200);
  });

  it('does not come back once it is removed', async () => {
    const { advance, as, titles, older, inSeconds, snooze } = await withTwo();
    await snooze(older.id, inSeconds(5 * MINUTE));
    await as('alice', 'DELETE', `${LIST}/${older.id}`);
    await advance(6 * MINUTE);
    expect(await titles()).toEqual(['newer']);
  });

  it('comes back although everything else was cleared meanwhile', async () => {
    const { advance, as, titles, older, inSeconds, snooze } = await withTwo();
    await snooze(older.id, inSeconds(5 * MINUTE));
    await as('alice', 'DELETE', `${LIST}/clear-all`);
    await advance(6 * MINUTE);
    expect(await titles()).toEqual(['older']);
  });

  it('is not counted when another tab marks it unread at the same moment', async () => {
    const { advance, as, deps, list, older, inSeconds, snooze } = await withTwo();
    await as('alice', 'PUT', `${LIST}/${older.id}/read`);
    const { changeOwn } = deps.readMarks;
    Object.assign(deps.readMarks, {
      changeOwn: async (...given: Parameters<typeof changeOwn>) => {
        Object.assign(deps.readMarks, { changeOwn });
        await snooze(older.id, inSeconds(5 * MINUTE));
        return changeOwn(...given);
      },
    });
    const { body } = await as('alice', 'PUT', `${LIST}/${older.id}/unread`);
    expect(body).toMatchObject({ unread_count: 1, notification: { is_archived: true } });
    await advance(6 * MINUTE);
    expect((await list()).unread_count).toBe(2);
  });

  it('does not come back when it is removed while all is cleared', async () => {
    const { advance, as, deps, notify, list, titles, inSeconds, snooze } = await withTwo();
    await notify({ user_id: 'alice', title: 'third' });
    const { id } = (await list()).notifications[0];
    await snooze(id, inSeconds(5 * MINUTE));
    const { changeOwn } = deps.readMarks;
    Object.assign(deps.readMarks, {
      changeOwn: async (...given: Parameters<typeof changeOwn>) => {
        Object.assign(deps.readMarks, { changeOwn });
        await as('alice', 'DELETE', `${LIST}/clear-all`);
        return changeOwn(...given);
      },
    });
    await as('alice', 'DELETE', `${LIST}/${id}`);
    await advance(6 * MINUTE);
    expect(await titles()).toEqual([]);
  });

  it.each([
    ['just before', 1],
    ['long before', 60],
  ])('stays archived when it was cleared and its snooze is taken back, stored %s', async (_, seconds) => {
    const { advance, as, list, notify, titles, inSeconds, snooze } = await withTwo();
    await notify({ user_id: 'alice', title: 'third' });
    const { id } = (await list()).notifications[0];
    await advance(seconds);
    await snooze(id, inSeconds(5 * MINUTE));
    await as('alice', 'DELETE', `${LIST}/clear-all`);
    const { body } = await as('alice', 'DELETE', `${LIST}/${id}/snooze`);
    expect(body).toMatchObject({ unread_count: 0, notification: { is_archived: true } });
    expect(body.notification).not.toHaveProperty('snoozed_until');
    expect((await list()).unread_count).toBe(0);
    await advance(6 * MINUTE);
    expect(await titles()).toEqual([]);
  });

  it('of everyone comes back to the reader who snoozed it, and to nobody else', async () => {
    const { advance, as, connect, notify, list, titles, inSeconds, snooze } = await withTwo();
    await connect('bob');
    await advance(1);
    await notify({ user_id: EVERYONE, title: 'for all' });
    const { id } = (await list()).notifications[0];
    const { body } = await snooze(id, inSeconds(5 * MINUTE));
    expect(body).toMatchObject({ unread_count: 2, notification: { is_archived: true } });
    expect(await titles()).toEqual(['newer', 'older']);
    await advance(6 * MINUTE);
    expect(await titles()).toEqual(['for all', 'newer', 'older']);
    expect((await list()).unread_count).toBe(3);
    expect(await titles('bob')).toEqual(['for all']);
    expect((await as('bob', 'GET', LIST)).body.unread_count).toBe(1);
  });

  it('comes back once when the function is stopped after it took it, and when the answer of that write is lost', async () => {
    const { advance, deps, clock, titles, older, inSeconds, snooze } = await withTwo();
    const until = inSeconds(5 * MINUTE);
    await snooze(older.id, until);
    clock.ms = Date.parse(until);
    const task = { task: 'snooze_end', user_id: 'alice', notification_id: older.id, due_at_ms: clock.ms } as const;
    const stopped = { ...deps, inbox: { ...deps.inbox, put: () => Promise.reject(new Error('stopped')) } };
    await expect(endSnooze(stopped as never, newBatch(deps, 90), task, { isRedelivery: false })).rejects.toThrow(
      'stopped',
    );
    expect(await titles()).toEqual(['newer']);
    await endSnooze(deps, newBatch(deps, 90), task, { isRedelivery: true });
    await advance(MINUTE);
    expect(await titles()).toEqual(['older', 'newer']);
  });

  it('stays in the list when the call is stopped before its row is written', async () => {
    const { advance, memory, titles, older, inSeconds } = await withTwo();
    const due_at_ms = Date.parse(inSeconds(2 * MINUTE));
    memory.queues.dispatch.send(
      JSON.stringify({ task: 'snooze_end', user_id: 'alice', notification_id: older.id, due_at_ms }),
    );
    await advance(3 * MINUTE);
    expect(await titles()).toEqual(['newer', 'older']);
  });
});

describe('PUT …/snooze', () => {
  it.each([
    ['no time', 'tomorrow'],
    ['a past time', -60],
    ['less than a minute', 30],
    ['more than a year', 367 * 24 * 60 * 60],
  ])('refuses %s', async (_, until) => {
    const { older, inSeconds, snooze } = await withTwo();
    const { status, body } = await snooze(older.id, typeof until === 'number' ? inSeconds(until) : until);
    expect({ status, code: body.code, field: body.field }).toEqual({
      status: 400,
      code: 'invalid_request',
      field: 'until',
    });
  });

  it('refuses a time after the notification has expired, an unknown id, and another user’s', async () => {
    const { as, notify, list, older, inSeconds, snooze } = await withTwo();
    await notify({ user_id: 'alice', title: 'short', expires_at: inSeconds(10 * MINUTE) });
    const { id } = (await list()).notifications[0];
    expect((await snooze(id, inSeconds(11 * MINUTE))).body.field).toBe('until');
    expect((await snooze(id, inSeconds(5 * MINUTE))).status).toBe(200);
    expect((await snooze('019aa5b2-7c00-7d3e-9a51-2f0c8b6f4e21', inSeconds(MINUTE * 2))).status).toBe(404);
    expect((await snooze(older.id, inSeconds(MINUTE * 2), 'bob')).status).toBe(404);
    expect((await as('bob', 'DELETE', `${LIST}/${older.id}/snooze`)).status).toBe(404);
  });

  it('keeps the row for as long as it is snoozed', async () => {
    const { as, clock, older, inSeconds, snooze } = await withTwo();
    await snooze(older.id, inSeconds(300 * 24 * 60 * 60));
    clock.ms += 299 * 24 * 60 * 60 * 1_000;
    expect((await as('alice', 'GET', `${LIST}/${older.id}`)).status).toBe(200);
  });
});
