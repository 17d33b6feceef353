// Fan-out: every live subscriber is served once, whatever crashes, refuses or is closed; a crash repeats less than a
// page.
import { describe, expect, it } from 'vitest';
import { sumOfParts } from '../../../../lambdas/domain/delivery/fan-out-status.ts';
import { UNSAVED_MAX } from '../../../../lambdas/domain/delivery/serve-segment.ts';
import { fanOutSystem } from './fan-out-system.ts';

const TOPIC = 'chat:1';
const names = (count: number, prefix = 'c') => Array.from({ length: count }, (_, at) => `${prefix}${at}`);

describe('a few subscribers', () => {
  it('are served at once, without a message of the queue', async () => {
    const system = fanOutSystem();
    await system.subscribe(TOPIC, 'a', 'b');
    await system.subscribe('chat:2', 'x');
    await system.start('f', TOPIC, system.content('hello'));
    expect([...names(0), ...['a', 'b', 'x'].map(system.received)]).toEqual([['hello'], ['hello'], []]);
    expect(system.memory.queues.fanout.all()).toEqual([]);
  });

  it('are not served again when dispatch repeats a tracked fan-out', async () => {
    const system = fanOutSystem();
    await system.subscribe(TOPIC, 'a');
    await system.start('f', TOPIC, system.content('hello'), true);
    await system.start('f', TOPIC, system.content('hello'), true);
    expect(system.received('a')).toEqual(['hello']);
  });
});

describe('many subscribers', () => {
  it('are cut into messages of a few seconds each, and each is served once', async () => {
    const system = fanOutSystem({ postsPerSecond: 20 });
    const ids = names(400);
    await system.subscribe(TOPIC, ...ids);
    await system.start('f', TOPIC, system.content('hello'), true);
    await system.runAll();
    for (const id of ids) expect(system.received(id)).toEqual(['hello']);
    const parts = await system.deps.fanoutProgress.parts('f');
    expect(parts.length).toBeGreaterThan(4);
    expect(sumOfParts(parts)).toMatchObject({ sent: 400, failed: 0, pending: 0, remaining: 0 });
  });

  it('are posted to no faster than the rate', async () => {
    const system = fanOutSystem({ postsPerSecond: 50 });
    await system.subscribe(TOPIC, ...names(100));
    const times: number[] = [];
    system.memory.sockets.onFrame = () => void times.push(system.clock.ms);
    await system.enqueue('f', TOPIC, system.content('hello'));
    await system.runAll();
    const inSecondFrom = (from: number) => times.filter((at) => at >= from && at < from + 1_000).length;
    expect(Math.max(...times.map(inSecondFrom))).toBeLessThanOrEqual(50);
    expect(times.at(-1)! - times[0]!).toBeLessThan(2_300);
  });

  it('are all served when a run reaches its deadline again and again', async () => {
    const system = fanOutSystem({ postsPerSecond: 40 });
    const ids = names(180);
    await system.subscribe(TOPIC, ...ids);
    await system.enqueue('f', TOPIC, system.content('hello'));
    for (let round = 0; system.memory.queues.fanout.all().length > 0 && round < 200; round++) {
      // A second of work before the six that are kept for the ending.
      if ((await system.runOne(7_000)) === undefined) system.clock.ms += 1_000;
    }
    for (const id of ids) expect(system.received(id)).toEqual(['hello']);
  });

  it('repeat no more after a crash than may be unsaved, and go on where the last save was', async () => {
    const system = fanOutSystem();
    const ids = names(1_500);
    await system.subscribe(TOPIC, ...ids);
    await system.enqueue('f', TOPIC, system.content('hello'));
    const { save } = system.deps.fanoutProgress;
    let saves = 0;
    system.deps.fanoutProgress.save = async (...args) => {
      if (++saves > 2) throw new Error('The worker is killed.');
      return save(...args);
    };
    expect(await system.runOne()).toBeInstanceOf(Error);
    system.deps.fanoutProgress.save = save;
    await system.runAll();
    const counts = ids.map((id) => system.received(id).length);
    expect(Math.min(...counts)).toBe(1);
    const repeated = counts.reduce((sum, count) => sum + count - 1, 0);
    expect(repeated).toBeLessThanOrEqual(UNSAVED_MAX);
    expect(sumOfParts(await system.deps.fanoutProgress.parts('f')).sent).toBe(1_500);
  });

  it('are served once when the queue delivers a message twice, or dispatch sends it twice', async () => {
    const system = fanOutSystem();
    await system.subscribe(TOPIC, 'a', 'b');
    await system.enqueue('f', TOPIC, system.content('hello'));
    await system.enqueue('f', TOPIC, system.content('hello'));
    await system.runAll();
    expect([system.received('a'), system.received('b')]).toEqual([['hello'], ['hello']]);
  });
});

describe('a socket', () => {
  it('that is gone is forgotten, with its subscriptions', async () => {
    const system = fanOutSystem();
    await system.subscribe(TOPIC, 'a', 'gone');
    system.memory.sockets.close('gone');
    await system.start('f', TOPIC, system.content('hello'));
    expect(system.received('a')).toEqual(['hello']);
    const { connections } = await system.deps.recipients.load('user-gone');
    expect(connections).toEqual([]);
    expect(system.deps.counted).toMatchObject({ gone: 1, delivered_by_socket: 1 });
  });

  it('that is still opening is tried again, and not forgotten', async () => {
    const system = fanOutSystem();
    const connection = {
      connection_id: 'new',
      user_id: 'user-new',
      connected_at: new Date(system.clock.ms).toISOString(),
    };
    await system.deps.connections.add(connection);
    await system.deps.subscriptions.add(connection, [TOPIC]);
    await system.start('f', TOPIC, system.content('hello'));
    system.memory.sockets.open('new');
    await system.runAll();
    expect(system.received('new')).toEqual(['hello']);
  });

  it.each([1, 2, 3])('that refuses at first is served in round %i, and keeps nobody waiting', async (round) => {
    const system = fanOutSystem();
    await system.subscribe(TOPIC, 'a', 'slow', 'z');
    system.memory.sockets.get('slow')!.refusal = 'LimitExceededException';
    await system.enqueue('f', TOPIC, system.content('hello'));
    for (let before = 0; before < round; before++) {
      while ((await system.runOne()) === undefined) system.clock.ms += 1_000;
    }
    expect([system.received('a'), system.received('slow'), system.received('z')]).toEqual([['hello'], [], ['hello']]);
    system.memory.sockets.get('slow')!.refusal = undefined;
    await system.runAll();
    expect(system.received('slow')).toEqual(['hello']);
    expect(sumOfParts(await system.deps.fanoutProgress.parts('f'))).toMatchObject({ sent: 3, failed: 0, pending: 0 });
  });

  it.each(['start', 'enqueue'] as const)(
    'that refuses at first is sent nothing once its credential has ended (%s)',
    async (begin) => {
      const system = fanOutSystem();
      const expires_at = new Date(system.clock.ms + 3_000).toISOString();
      await system.subscribe(TOPIC, 'a');
      await system.deps.connections.add(
        { connection_id: 'ending', user_id: 'user-ending', connected_at: '2026-11-21T06:00:00.000Z', expires_at },
        [TOPIC],
      );
      const socket = system.memory.sockets.open('ending');
      socket.refusal = 'LimitExceededException';
      await system[begin]('f', TOPIC, system.content('hello'));
      if (begin === 'enqueue') await system.runOne();
      socket.refusal = undefined;
      await system.runAll();
      expect(system.received('a')).toEqual(['hello']);
      expect(system.received('ending')).toEqual([]);
    },
  );

  it('that refuses in every round is counted, and the queue is empty', async () => {
    const system = fanOutSystem();
    await system.subscribe(TOPIC, 'a', 'slow');
    system.memory.sockets.get('slow')!.refusal = 'LimitExceededException';
    await system.enqueue('f', TOPIC, system.content('hello'));
    await system.runAll();
    expect(sumOfParts(await system.deps.fanoutProgress.parts('f'))).toMatchObject({ sent: 1, failed: 1, pending: 0 });
    expect(system.deps.counted.fanout_failed).toBe(1);
  });

  it('of a user who muted the type, or wants no sockets, is skipped unless it is critical', async () => {
    const system = fanOutSystem();
    await system.subscribe(TOPIC, 'a', 'muted', 'off');
    const of = (id: string) => ({ connection_id: id, user_id: `user-${id}` });
    await system.deps.subscriptions.setPreferences(of('muted'), { muted_types: ['typing'] }, 1);
    await system.deps.subscriptions.setPreferences(of('off'), { sockets_off: true }, 1);
    await system.start('f1', TOPIC, system.content('normal'));
    await system.start('f2', TOPIC, system.content('critical', { priority: 'critical' }));
    expect(['a', 'muted', 'off'].map(system.received)).toEqual([['normal', 'critical'], ['critical'], ['critical']]);
  });
});

it('posts nothing more of a fan-out that was stopped', async () => {
  const system = fanOutSystem({ postsPerSecond: 20 });
  const ids = names(200);
  await system.subscribe(TOPIC, ...ids);
  await system.start('f', TOPIC, system.content('wrong'), true);
  await system.runOne();
  await system.runOne();
  await system.deps.fanoutProgress.stop('f', 4_000_000_000);
  const before = ids.flatMap(system.received).length;
  expect(before).toBeGreaterThan(0);
  await system.runAll();
  expect(ids.flatMap(system.received)).toHaveLength(before);
});

it('reads messages that an earlier version left in the queue', async () => {
  const system = fanOutSystem();
  await system.subscribe(TOPIC, 'a');
  const event = { type: 'event', topic: TOPIC, event_type: 'typing', payload: {} };
  system.memory.queues.fanout.send(
    JSON.stringify({ fanout_id: 'former', partition: `TOPIC#${TOPIC}`, content: { event } }),
  );
  await system.runAll();
  expect(system.received('a')).toEqual(['former']);
});
