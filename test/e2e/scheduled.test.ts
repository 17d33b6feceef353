// Scheduled requests: on time to the second, once, and never when they were cancelled.
import { DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { expectQueuesEmpty } from '../support/queue-contents.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack?.close());

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const later = async (seconds: number): Promise<string> => new Date((await stack.now()) + seconds * 1000).toISOString();
const titles = async (userId: string): Promise<string[]> =>
  (await notificationsOf(stack, userId)).map(({ title }) => title);

/** Asks for one at that time, moves the clock right before it and past it, and expects it exactly then. */
async function expectOnTime(secondsAhead: number, extra: Record<string, unknown> = {}): Promise<void> {
  const userId = newUser('scheduled');
  const deliverAt = await later(secondsAhead);
  await stack.notify({ user_id: userId, title: 'On time', deliver_at: deliverAt, ...extra });
  await stack.settle();
  await advanceTo(Date.parse(deliverAt) - 1_000);
  expect(await titles(userId), 'before its time').toEqual([]);
  const socket = await stack.connect(userId);
  await advanceTo(Date.parse(deliverAt) + 1_000);
  const { notification } = await socket.frame('notification');
  const late = Date.parse(notification.sent_at) - Date.parse(deliverAt);
  expect(late).toBeGreaterThanOrEqual(0);
  expect(late).toBeLessThanOrEqual(30_000);
  expect(notification.deliver_at).toBe(deliverAt);
  if (stack.isLocal) await stack.pass(5 * MINUTE);
  await socket.caughtUp();
  expect(socket.of('notification')).toHaveLength(1);
  expect(await titles(userId)).toEqual(['On time']);
  await socket.close();
}

async function advanceTo(ms: number): Promise<void> {
  const now = await stack.now();
  if (ms > now) await stack.pass((ms - now) / 1000);
}

/** 01:30 UTC of the day on which Europe's clocks go an hour forward at 01:00 UTC. */
function lastSundayOfMarch(year: number): number {
  const last = new Date(Date.UTC(year, 2, 31, 1, 30));
  return last.getTime() - last.getUTCDay() * DAY * 1000;
}

describe('a digest', () => {
  it('is one notification for all requests of its window, also where their event comes again', async () => {
    const userId = newUser('digest');
    const socket = await stack.connect(userId);
    const digest = { key: 'builds', window_seconds: 60, title: '{count} builds', message: 'They are ready.' };
    const request = { user_id: userId, message: 'M', notification_type: 'build', digest };
    for (let at = 0; at < 12; at++) await stack.notify({ ...request, title: `Build ${at}`, id: `build-${at}` });
    await stack.notify({ ...request, title: 'Build 3 again', id: 'build-3' });
    await stack.settle();
    expect(await titles(userId)).toEqual([]);
    await stack.pass(MINUTE + 1);
    const { notification } = await socket.frame('notification');
    expect(notification).toMatchObject({ title: '12 builds', payload: { digest: { by: 'key', count: 12 } } });
    expect((notification.payload.digest as { items: unknown[] }).items).toHaveLength(10);
    expect(await titles(userId)).toEqual(['12 builds']);
    await expectQueuesEmpty(stack);
  });
});

describe('delivered at its time, once', () => {
  it('in 3 seconds', () => expectOnTime(3.3));

  it.skipIf(!hasControlApi).each([
    ['in ten minutes', 10 * MINUTE],
    ['in 14:59', 14 * MINUTE + 59],
    ['in 15:01', 15 * MINUTE + 1],
    ['in 17:30.7', 17 * MINUTE + 30.7],
    ['in one day', DAY],
    ['in one year, clock changes on the way', 366 * DAY],
  ])('%s (needs the local clock)', async (_, seconds) => {
    await expectOnTime(seconds);
  });

  it.skipIf(!hasControlApi).each([
    ['on a leap day', (year: number) => Date.UTC(year, 1, 29, 12, 30), (year: number) => year % 4 === 0],
    ['the day after a leap day', (year: number) => Date.UTC(year, 2, 1, 0, 0, 30), (year: number) => year % 4 === 0],
    ["half an hour after Europe's clocks changed", lastSundayOfMarch, () => true],
  ])('%s (needs the local clock)', async (_, momentOf, isYear) => {
    const now = await stack.now();
    const years = Array.from({ length: 9 }, (_, ahead) => new Date(now).getUTCFullYear() + ahead);
    const moment = years
      .filter(isYear)
      .map(momentOf)
      .find((ms) => ms > now + DAY * 1000)!;
    await expectOnTime((moment - now) / 1000);
  });

  it.skipIf(!hasControlApi)('when schedules fire twice and late (needs the control API)', async () => {
    await stack.local.configureScheduler({ duplicate: true, precision: 'late', seed: 7 });
    await expectOnTime(HOUR);
    await stack.local.configureScheduler({ duplicate: true, precision: 'late', seed: 8 });
    await expectOnTime(2 * HOUR + 13.4);
    await stack.local.configureScheduler({ duplicate: false, precision: 'exact' });
  });

  it.skipIf(!hasControlApi)('when the bus delivers the event twice (needs the control API)', async () => {
    await stack.local.duplicateNext(2);
    await expectOnTime(10 * MINUTE);
    await stack.local.duplicateNext(2);
    await expectOnTime(HOUR);
  });

  it('a time in the past means now', async () => {
    const userId = newUser('past');
    const socket = await stack.connect(userId);
    await stack.notify({ user_id: userId, title: 'Late', deliver_at: '2020-01-01T00:00:00Z' });
    expect((await socket.frame('notification')).notification.title).toBe('Late');
  });
});

describe.skipIf(!hasControlApi)('audiences (needs the local clock)', () => {
  it('many users cost one schedule', async () => {
    const users = Array.from({ length: 40 }, (_, at) => newUser(`many${at}`));
    const before = (await stack.local.schedules()).length;
    await stack.notify({ user_ids: users, title: 'For many', deliver_at: await later(DAY) });
    await stack.settle();
    expect((await stack.local.schedules()).length).toBe(before + 1);
    await stack.local.advance(DAY + 1);
    for (const userId of users) expect(await titles(userId)).toEqual(['For many']);
    expect((await stack.local.schedules()).length).toBe(before);
  });

  it('everyone, stored once; a signal to a topic of everyone is shown once', async () => {
    const userId = newUser('everyone');
    await stack.notify({
      user_id: '00000000-0000-0000-0000-000000000000',
      title: 'To all',
      deliver_at: await later(HOUR),
    });
    await stack.notify({ topic: 'global_notifications', notification_type: 'signal', deliver_at: await later(HOUR) });
    await stack.settle();
    await stack.local.configureScheduler({ duplicate: true });
    await stack.local.advance(HOUR - 60);
    const socket = await stack.connect(userId);
    await stack.local.advance(61);
    expect((await socket.frame('notification')).notification.title).toBe('To all');
    await socket.frame('event');
    await stack.local.advance(5 * MINUTE);
    await socket.caughtUp();
    expect(socket.of('event')).toHaveLength(1);
    expect(socket.of('notification')).toHaveLength(1);
    await stack.local.configureScheduler({ duplicate: false });
  });
});

describe('cancelled', () => {
  const cancel = (id: string) => stack.put([{ detail_type: 'notification.cancelled', detail: { id } }]);

  it('in time: never delivered', async () => {
    const userId = newUser('cancelled');
    const id = newUser('request');
    // Long enough for a slow machine to cancel in time, as short as can be waited for.
    const seconds = stack.isLocal ? MINUTE : 10;
    await stack.notify({ id, user_id: userId, deliver_at: await later(seconds) });
    await stack.settle();
    await cancel(id);
    await stack.settle();
    await stack.pass(seconds + 2);
    expect(await titles(userId)).toEqual([]);
  });

  it.skipIf(!hasControlApi).each([
    ['near', 10 * MINUTE],
    ['far', DAY],
  ])('%s: never delivered, by the producer’s id or the event’s (needs the local clock)', async (_, seconds) => {
    const userId = newUser('cancelled');
    const before = (await stack.local.schedules()).length;
    const own = newUser('request');
    await stack.notify({ id: own, user_id: userId, deliver_at: await later(seconds) });
    const eventId = await stack.notify({ user_id: userId, deliver_at: await later(seconds) });
    await stack.settle();
    await cancel(own);
    await cancel(eventId);
    await stack.settle();
    expect((await stack.local.schedules()).length).toBe(before);
    await stack.local.advance(seconds + MINUTE);
    expect(await titles(userId)).toEqual([]);
  });

  it('unknown, delivered, and twice: no error', async () => {
    const userId = newUser('delivered');
    const id = newUser('request');
    await cancel(newUser('unknown'));
    await stack.notify({ id, user_id: userId, title: 'Stays', deliver_at: await later(5) });
    await stack.settle();
    await stack.pass(6);
    await cancel(id);
    await cancel(id);
    await stack.settle();
    expect(await titles(userId)).toEqual(['Stays']);
    await expectQueuesEmpty(stack);
  });

  it.skipIf(!hasControlApi)(
    'and asked for again under the same id: that one is delivered (needs the local clock)',
    async () => {
      const userId = newUser('again');
      const id = newUser('request');
      await stack.notify({ id, user_id: userId, title: 'First', deliver_at: await later(HOUR) });
      await stack.settle();
      await cancel(id);
      await stack.settle();
      await stack.local.advance(1);
      await stack.notify({ id, user_id: userId, title: 'Second', deliver_at: await later(2 * HOUR) });
      await stack.settle();
      await stack.local.advance(2 * HOUR + 1);
      expect(await titles(userId)).toEqual(['Second']);
    },
  );
});

describe.skipIf(!hasControlApi)('a wake-up that was lost (needs the control API)', () => {
  it('is made good by the sweep within a quarter of an hour', async () => {
    const userId = newUser('swept');
    await stack.notify({ user_id: userId, title: 'Swept', deliver_at: await later(HOUR) });
    await stack.settle();
    const scheduler = new SchedulerClient({
      region: stack.outputs.region!,
      endpoint: stack.outputs.aws_endpoint_url!,
      credentials: {
        accessKeyId: stack.outputs.aws_access_key_id!,
        secretAccessKey: stack.outputs.aws_secret_access_key!,
      },
    });
    for (const { Name, GroupName } of await stack.local.schedules()) {
      await scheduler.send(new DeleteScheduleCommand({ Name, GroupName }));
    }
    scheduler.destroy();
    await stack.local.advance(HOUR + 60);
    expect(await titles(userId)).toEqual([]);
    await stack.local.advance(20 * MINUTE);
    expect(await titles(userId)).toEqual(['Swept']);
    await expectQueuesEmpty(stack);
  });
});
