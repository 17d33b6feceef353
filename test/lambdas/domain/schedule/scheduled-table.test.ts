// Requests for now and later, to every audience, whatever befalls their events and wake-ups: each is delivered once, at
// its time.
import { describe, expect, it } from 'vitest';
import { toTimestamp } from '../../../../protocol/timestamp.ts';
import { EVERYONE } from '../../../../protocol/user-id.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';
import { EVERYONES } from '../../../support/memory/tables.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** From the acceptance to `deliver_at`: on each side of every way a request may take. */
const AHEAD_MS = {
  'no deliver_at': undefined,
  'a minute ago': -MINUTE_MS,
  'in 0.3 s': 300,
  'in 0.7 s': 700,
  'in 20.2 s': 20_200,
  'in 15 min': 15 * MINUTE_MS,
  'in 15 min and a second': 15 * MINUTE_MS + SECOND_MS,
  'in a day and 20.5 s': DAY_MS + 20_500,
  'in a year': 365 * DAY_MS,
};
const AUDIENCES = {
  'one user': { user_id: 'alice' },
  'two users': { user_ids: ['alice', 'bob'] },
  everyone: { user_id: EVERYONE },
  'one user, live only': { user_id: 'alice', store: false },
  'everyone, live only': { user_id: EVERYONE, store: false },
};
const DISTURBANCES = [
  'nothing',
  'the event comes twice',
  'the event comes again when all is done',
  'the producer repeats the request',
  'the schedule fires 59 s late',
  'the schedule fires twice',
  'the function dies before it arranges the wake-up',
  'the function dies when it has delivered',
] as const;

type Disturbance = (typeof DISTURBANCES)[number];

async function setUp() {
  const system = await dispatchSystem();
  system.memory.wait = async (milliseconds) => {
    system.clock.ms += milliseconds;
  };
  const sockets = { alice: await system.connect('alice', 'a'), bob: await system.connect('bob', 'b') };
  const shownAtMs: Record<string, number[]> = { a: [], b: [] };
  system.memory.sockets.onFrame = ({ id }) => shownAtMs[id]!.push(system.clock.ms);
  return { system, sockets, shownAtMs };
}

function disturb(system: DispatchSystem, disturbance: Disturbance): void {
  const { memory, deps, clock } = system;
  const failOnce = (port: object, method: string) => {
    const original = Reflect.get(port, method) as (...given: unknown[]) => Promise<unknown>;
    Reflect.set(port, method, async () => {
      Reflect.set(port, method, original);
      throw new Error('The function dies.');
    });
  };
  if (disturbance === 'the schedule fires 59 s late') {
    const { takeDue } = memory.schedules;
    memory.schedules.takeDue = () => {
      const due = takeDue();
      if (due.length > 0) clock.ms += 59 * SECOND_MS;
      return due;
    };
  }
  if (disturbance === 'the schedule fires twice') {
    const { takeDue } = memory.schedules;
    memory.schedules.takeDue = () => takeDue().flatMap((schedule) => [schedule, schedule]);
  }
  if (disturbance === 'the function dies before it arranges the wake-up') {
    failOnce(deps.tasks, 'send');
    failOnce(deps.schedules, 'create');
  }
  if (disturbance === 'the function dies when it has delivered') failOnce(deps.requests, 'finish');
}

/** A year of sockets is many, one after another: the same ones are kept alive here. */
async function runDry(system: DispatchSystem): Promise<void> {
  await system.drain();
  for (let moments = 0; moments < 500; moments++) {
    const { schedules, queues } = system.memory;
    const times = [...schedules.all().map(({ atMs }) => atMs), ...queues.dispatch.all().map((one) => one.visibleAtMs)];
    if (times.length === 0) return;
    system.clock.ms = Math.max(system.clock.ms, Math.min(...times) - 60_000);
    await keepOpen(system);
    await system.nextMoment();
  }
  throw new Error('It never ends.');
}

async function keepOpen({ deps, clock }: DispatchSystem): Promise<void> {
  for (const [user_id, connection_id] of [
    ['alice', 'a'],
    ['bob', 'b'],
  ] as const) {
    await deps.connections.add({ connection_id, user_id, connected_at: toTimestamp(clock.ms - 60_000) });
  }
}

const titlesOf = (system: DispatchSystem, partition: string) =>
  (system.memory.rowsOf(partition).notifications as { title?: string }[]).map(({ title }) => title);

describe.each(Object.entries(AUDIENCES))('a request to %s', (_, audience) => {
  describe.each(Object.entries(AHEAD_MS))('for %s', (__, aheadMs) => {
    const isStored = !('store' in audience);
    const isToEveryone = 'user_id' in audience && audience.user_id === EVERYONE;
    const users = isToEveryone || 'user_ids' in audience ? ['alice', 'bob'] : ['alice'];

    it.each(DISTURBANCES)('is delivered once at its time when %s', async (disturbance) => {
      const { system, sockets, shownAtMs } = await setUp();
      const acceptedAtMs = system.clock.ms;
      const dueAtMs = acceptedAtMs + Math.max(0, aheadMs ?? 0);
      const detail = {
        ...audience,
        id: 'order-1',
        title: 'T',
        message: 'M',
        notification_type: 'system',
        ...(aheadMs !== undefined && { deliver_at: toTimestamp(acceptedAtMs + aheadMs) }),
      };
      const send = (eventId: string) => system.enqueue(detail, { eventId, acceptedAtMs });
      disturb(system, disturbance);
      send('event');
      if (disturbance === 'the event comes twice') send('event');
      if (disturbance === 'the producer repeats the request') send('another event');
      await runDry(system);
      if (disturbance === 'the event comes again when all is done') {
        send('event');
        await runDry(system);
      }

      if (isStored) {
        const partitions = isToEveryone ? [EVERYONES] : users;
        for (const partition of partitions) expect(titlesOf(system, partition)).toEqual(['T']);
      }
      for (const user of ['alice', 'bob'] as const) {
        const { id, frames } = sockets[user];
        const ids = frames.map((frame) =>
          'notification' in frame ? frame.notification.id : 'id' in frame && frame.id,
        );
        expect(new Set(ids).size, `shown to ${user}`).toBe(users.includes(user) ? 1 : 0);
        const isFailed = disturbance.startsWith('the function dies');
        for (const atMs of shownAtMs[id]!.slice(0, 1)) {
          expect(atMs, 'never early').toBeGreaterThanOrEqual(dueAtMs);
          // A retry comes after a pause; else within a second of its time.
          expect(atMs - dueAtMs, 'on time').toBeLessThanOrEqual(isFailed ? 10_000 : SECOND_MS);
        }
      }
      expect(system.memory.queues.deadLetters.all()).toEqual([]);
      expect(system.memory.schedules.all()).toEqual([]);
    });

    it('is withdrawn by a cancellation before its time, whichever of the two comes first, and not by a later one', async () => {
      for (const order of ['request first', 'cancellation first', 'too late'] as const) {
        const { system, sockets } = await setUp();
        const acceptedAtMs = system.clock.ms;
        const isScheduled = (aheadMs ?? 0) > 400;
        const detail = {
          ...audience,
          id: 'order-1',
          title: 'T',
          message: 'M',
          notification_type: 'system',
          ...(aheadMs !== undefined && { deliver_at: toTimestamp(acceptedAtMs + aheadMs) }),
        };
        const request = () => system.enqueue(detail, { eventId: 'event', acceptedAtMs });
        const cancel = () =>
          system.enqueue(
            { id: 'order-1' },
            { detailType: 'notification.cancelled', acceptedAtMs: system.clock.ms, eventId: 'cancel' },
          );
        if (order === 'cancellation first') {
          cancel();
          await system.drain();
        }
        request();
        await system.drain();
        if (order === 'request first') cancel();
        await runDry(system);
        if (order === 'too late') {
          cancel();
          await runDry(system);
        }
        const isWithdrawn = order === 'cancellation first' || (order === 'request first' && isScheduled);
        expect(sockets.alice.frames.length, order).toBe(isWithdrawn ? 0 : 1);
        expect(system.memory.schedules.all()).toEqual([]);
      }
    });
  });
});
