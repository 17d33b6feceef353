// A user with many sockets: some are served with the delivery, the others by the fan-out, and each once.
import { expect, it } from 'vitest';
import { fanOut } from '../../../../lambdas/domain/delivery/fan-out.ts';
import { parseFanoutTask } from '../../../../lambdas/domain/delivery/fan-out-task.ts';
import { SOCKETS_PER_DELIVERY_MAX } from '../../../../protocol/limits.ts';
import { dispatchSystem } from '../../../support/dispatch-system.ts';

async function setUp(sockets: number) {
  const system = await dispatchSystem();
  const { memory, clock, deps } = system;
  const opened = [];
  for (let at = 0; at < sockets; at++) {
    clock.ms += 1_000;
    opened.push(await system.connect('alice', `s${at}`));
  }
  clock.ms += 60_000;
  let runs = 0;
  const workFanout = async () => {
    const queue = memory.queues.fanout;
    const messages = queue.receive(10, 60_000);
    for (const { id, body, handle } of messages) {
      const run = { message: id, run: `${++runs}`, handle, deadlineMs: clock.ms + 30_000 };
      await fanOut({ ...deps, postsPerSecond: 1_000, random: () => 0.5 }, parseFanoutTask(body), run);
      queue.delete(id);
    }
    return messages.length;
  };
  const reached = () => system.posted.map(({ connectionId }) => connectionId);
  return { ...system, opened, workFanout, reached };
}
const MANY = SOCKETS_PER_DELIVERY_MAX + 15;
const all = Array.from({ length: MANY }, (_, at) => `s${at}`).sort();

it('serves the newest sockets with the delivery and leaves the others to the fan-out', async () => {
  const system = await setUp(MANY);
  const { reached, workFanout } = system;
  await system.notify({ user_id: 'alice' });
  expect(reached()).toHaveLength(SOCKETS_PER_DELIVERY_MAX);
  expect(reached()).not.toContain('s0');
  expect(await workFanout()).toBe(1);
  expect(reached().sort()).toEqual(all);
});

it('needs no fan-out for as many as one delivery serves', async () => {
  const system = await setUp(SOCKETS_PER_DELIVERY_MAX);
  const { reached, workFanout } = system;
  await system.notify({ user_id: 'alice' });
  expect(reached()).toHaveLength(SOCKETS_PER_DELIVERY_MAX);
  expect(await workFanout()).toBe(0);
});

it('goes on by itself until one socket took the frame, so that a user whose newest sockets are closed is not pushed', async () => {
  const system = await setUp(MANY);
  const { opened, reached, workFanout } = system;
  const telephone = await system.phone('alice');
  for (const socket of opened.slice(15)) socket.isOpen = false;
  await system.notify({ user_id: 'alice' });
  expect(reached().sort()).toEqual(all.filter((id) => Number(id.slice(1)) < 15));
  expect(await workFanout()).toBe(0);
  expect(telephone.pushes).toEqual([]);
});

it('serves the rest once, however often the delivery is repeated after a crash', async () => {
  const system = await setUp(MANY);
  const { reached, workFanout, deps } = system;
  await system.notify({ user_id: 'alice', store: false }, { eventId: 'twice' });
  expect(await workFanout()).toBe(1);
  await system.notify({ user_id: 'alice', store: false }, { eventId: 'twice', isRedelivery: true });
  expect(await workFanout()).toBe(1);
  const rest = reached().filter((id) => Number(id.slice(1)) < 15);
  expect(rest).toHaveLength(15);
  expect(deps.counted.dead_lettered).toBeUndefined();
});
