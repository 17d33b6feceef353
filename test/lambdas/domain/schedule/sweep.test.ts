// A wake-up that was lost: the sweep finds the request and delivers it, once; what is not overdue it leaves alone.
import { beforeEach, describe, expect, it } from 'vitest';
import { toTimestamp } from '../../../../protocol/timestamp.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';
import { functionsInMemory } from '../../../support/functions-in-memory.ts';

let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
});

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const later = (seconds: number) => toTimestamp(system.clock.ms + seconds * 1_000);
const titlesOf = async (user: string) =>
  (await system.deps.inbox.newerThan(user, '', 100)).items.map(({ title }) => title);
const sweepNow = async () => {
  system.memory.queues.dispatch.send('{"task":"sweep"}');
  await system.drain();
};
/** All that would have woken something is gone. */
function loseWakeUps(): void {
  for (const { name } of system.memory.schedules.all()) system.memory.schedules.delete(name);
  for (const { id } of system.memory.queues.dispatch.all()) system.memory.queues.dispatch.delete(id);
}
const listed = async () => {
  const hours = [0, 1, 2, 3].map((hour) => Math.floor(system.clock.ms / 3_600_000 - hour) * 3_600_000);
  return (await Promise.all(hours.map((hour) => system.deps.dueRequests.inHour(hour, 100)))).flat();
};

it.each([
  ['a queue message', 10 * MINUTE],
  ['a schedule', 2 * HOUR],
])('delivers what %s should have woken', async (_, seconds) => {
  await sweepNow();
  await system.notify({ user_id: 'alice', title: 'Lost', deliver_at: later(seconds) });
  loseWakeUps();
  system.clock.ms += (seconds + 4 * MINUTE) * 1_000;
  await sweepNow();
  expect(await titlesOf('alice')).toEqual([]);
  system.clock.ms += 2 * MINUTE * 1_000;
  await sweepNow();
  expect(await titlesOf('alice')).toEqual(['Lost']);
  await sweepNow();
  expect(await titlesOf('alice')).toEqual(['Lost']);
  expect(await listed()).toEqual([]);
});

it('delivers after the system was down for days', async () => {
  await sweepNow();
  const users = Array.from({ length: 30 }, (_, at) => `user-${at}`);
  for (const [at, user] of users.entries()) await system.notify({ user_id: user, deliver_at: later((at + 1) * HOUR) });
  loseWakeUps();
  system.clock.ms += 5 * 24 * HOUR * 1_000;
  // One run wakes them, however long the system was down.
  await sweepNow();
  for (const user of users) expect(await titlesOf(user)).toHaveLength(1);
});

it('is up to date at once after years in which it did not run', async () => {
  await sweepNow();
  system.clock.ms += 9 * 365 * 24 * HOUR * 1_000;
  await system.notify({ user_id: 'alice', title: 'Lost', deliver_at: later(HOUR) });
  loseWakeUps();
  system.clock.ms += 2 * HOUR * 1_000;
  await sweepNow();
  expect(await titlesOf('alice')).toEqual(['Lost']);
});

it('sends nothing twice, nothing early and nothing cancelled', async () => {
  await system.notify({ user_id: 'alice', title: 'On time', deliver_at: later(10 * MINUTE) });
  await system.notify({ user_id: 'bob', id: 'cancelled', deliver_at: later(10 * MINUTE) });
  await system.notify({ user_id: 'carol', title: 'Later', deliver_at: later(50 * MINUTE) });
  system.clock.ms += 1_000;
  await system.event({ id: 'cancelled' }, { detailType: 'notification.cancelled' });
  for (let minutes = 0; minutes < 30; minutes += 5) {
    await system.advance(5 * MINUTE);
    await sweepNow();
  }
  expect([await titlesOf('alice'), await titlesOf('bob'), await titlesOf('carol')]).toEqual([['On time'], [], []]);
  expect(system.deps.counted.overdue).toBeUndefined();
  expect(await system.deps.dueRequests.inHour(Math.floor(system.clock.ms / 3_600_000) * 3_600_000, 10)).toHaveLength(1);
});

it('finds a signal, which is stored nowhere else, and shows it once', async () => {
  await sweepNow();
  const socket = await system.connect('alice', 'socket');
  await system.notify({ user_id: 'alice', store: false, deliver_at: later(10 * MINUTE) });
  loseWakeUps();
  system.clock.ms += 20 * MINUTE * 1_000;
  await sweepNow();
  await sweepNow();
  expect(socket.frames.map(({ type }) => type)).toEqual(['event']);
});

describe('a request that fails every time it is woken', () => {
  const sweepFor = async (hours: number) => {
    for (let minutes = 0; minutes < hours * 60; minutes += 15) {
      for (let seconds = 0; seconds < 15 * MINUTE; seconds += 60) {
        system.clock.ms += 60_000;
        await system.drain();
      }
      await sweepNow();
    }
  };
  const letters = () => system.memory.queues.deadLetters.all();

  it('is woken less and less often, and not for ever', async () => {
    await sweepNow();
    await system.notify({ user_id: 'alice', title: 'Broken', deliver_at: later(10 * MINUTE) });
    loseWakeUps();
    const { put } = system.deps.inbox;
    system.deps.inbox.put = () => Promise.reject(new Error('broken'));
    await sweepFor(2);
    expect(letters()).toHaveLength(2);
    await sweepFor(48);
    expect(letters()).toHaveLength(5);
    expect(await listed()).toEqual([]);
    // A letter that is redriven still delivers it.
    system.deps.inbox.put = put;
    await system.dispatch(letters()[0]!.body, { isRedelivery: true });
    expect(await titlesOf('alice')).toEqual(['Broken']);
  });

  it('is delivered by a later sweep once the cause is gone, without its letter too', async () => {
    await sweepNow();
    await system.notify({ user_id: 'alice', title: 'Broken', deliver_at: later(10 * MINUTE) });
    loseWakeUps();
    const { put } = system.deps.inbox;
    system.deps.inbox.put = () => Promise.reject(new Error('broken'));
    await sweepFor(1);
    for (const { id } of [...letters(), ...system.memory.queues.dispatch.all()]) {
      system.memory.queues.deadLetters.delete(id);
      system.memory.queues.dispatch.delete(id);
    }
    system.deps.inbox.put = put;
    await sweepFor(3);
    expect(await titlesOf('alice')).toEqual(['Broken']);
    expect(await listed()).toEqual([]);
  });
});

describe('the end of a digest or of a snooze that was lost', () => {
  const notified = async () => {
    const functions = functionsInMemory();
    const list = async () => (await functions.as('alice', 'GET', '/api/v2/notifications')).body.notifications;
    const lose = () => {
      for (const { name } of functions.memory.schedules.all()) functions.memory.schedules.delete(name);
      for (const { id } of functions.memory.queues.dispatch.all()) functions.memory.queues.dispatch.delete(id);
    };
    const sweepAfter = async (seconds: number) => {
      functions.clock.ms += seconds * 1_000;
      functions.memory.queues.dispatch.send('{"task":"sweep"}');
      await functions.run();
    };
    await sweepAfter(0);
    const left = async () => {
      const hours = [0, 1, 2, 3].map((hour) => Math.floor(functions.clock.ms / 3_600_000 - hour) * 3_600_000);
      return (await Promise.all(hours.map((hour) => functions.deps.dueRequests.inHour(hour, 10)))).flat();
    };
    return { ...functions, list, lose, sweepAfter, left };
  };

  it.each([10 * MINUTE, 2 * HOUR])('is made good by the sweep, once, of a digest of %i s', async (window_seconds) => {
    const { notify, list, lose, sweepAfter, left } = await notified();
    const digest = { key: 'builds', window_seconds, title: '{count} builds', message: '{count}' };
    for (let count = 0; count < 3; count++) await notify({ user_id: 'alice', digest });
    lose();
    await sweepAfter(window_seconds + 4 * MINUTE);
    expect(await list()).toEqual([]);
    for (let times = 0; times < 3; times++) {
      await sweepAfter(2 * MINUTE);
      expect(await list()).toMatchObject([{ title: '3 builds' }]);
    }
    expect(await left()).toEqual([]);
  });

  it.each([10 * MINUTE, 2 * HOUR])('is made good by the sweep, once, of a snooze of %i s', async (seconds) => {
    const { as, run, clock, notify, list, lose, sweepAfter, left } = await notified();
    await notify({ user_id: 'alice', title: 'Later' });
    const until = toTimestamp(clock.ms + seconds * 1_000);
    const [{ id }] = await list();
    expect((await as('alice', 'PUT', `/api/v2/notifications/${id}/snooze`, { until })).status).toBe(200);
    await run();
    lose();
    await sweepAfter(seconds + 4 * MINUTE);
    expect(await list()).toEqual([]);
    for (let times = 0; times < 3; times++) {
      await sweepAfter(2 * MINUTE);
      expect(await list()).toMatchObject([{ title: 'Later', is_read: false }]);
    }
    expect(await left()).toEqual([]);
  });

  it('leaves nothing behind where nothing was lost, or the snooze was taken back', async () => {
    const { as, clock, notify, list, advance, run, sweepAfter, left } = await notified();
    const digest = { key: 'builds', window_seconds: 60, title: '{count} builds', message: '{count}' };
    await notify({ user_id: 'alice', digest });
    await advance(61);
    const [{ id }] = await list();
    const until = toTimestamp(clock.ms + 600_000);
    await as('alice', 'PUT', `/api/v2/notifications/${id}/snooze`, { until });
    await run();
    expect(await left()).toHaveLength(1);
    await as('alice', 'DELETE', `/api/v2/notifications/${id}/snooze`);
    await sweepAfter(HOUR);
    await sweepAfter(HOUR);
    expect([(await list()).length, await left()]).toEqual([1, []]);
  });
});
