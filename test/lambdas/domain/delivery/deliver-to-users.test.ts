// A request for many users: one task each, however large the content, and a repeat goes on where it stopped.
import { beforeEach, expect, it } from 'vitest';
import { unpacked } from '../../../../lambdas/domain/schedule/task-pack.ts';
import { type DispatchSystem, dispatchSystem } from '../../../support/dispatch-system.ts';

let system: DispatchSystem;
beforeEach(async () => {
  system = await dispatchSystem();
});

const users = (count: number) => Array.from({ length: count }, (_, at) => `user-${at}`);
const queued = () => system.memory.queues.dispatch.all();
/** Those of several in one message too. */
const tasks = () => queued().flatMap(({ body }) => unpacked(body) ?? [body]);

it('sends content of 40 KB once, and not with every task', async () => {
  await system.notify({ user_ids: users(2_000), message: 'ä'.repeat(16_000), payload: { text: 'x'.repeat(8_000) } });
  const bytes = queued().reduce((sum, { body }) => sum + body.length, 0);
  expect(tasks()).toHaveLength(2_000);
  expect(bytes).toBeLessThan(2_000 * 300);
  await system.invoke();
  const [stored] = (await system.deps.inbox.newerThan('user-0', '', 1)).items;
  expect(stored!.message).toHaveLength(16_000);
});

it.each([
  [100, 10],
  [101, 101],
])('sends the tasks of %i users in %i messages', async (count, messages) => {
  await system.notify({ user_ids: users(count) });
  expect([tasks().length, queued().length]).toEqual([count, messages]);
});

it('sends small content along, and stores nothing', async () => {
  await system.notify({ user_ids: users(20) });
  expect(tasks().filter((body) => body.includes('A message'))).toHaveLength(20);
  expect(await system.deps.bulk.content({ source: 'test', id: 'x', audience: 'x' })).toBeUndefined();
});

it('goes on where it stopped when a call fails: at most one part is sent again', async () => {
  const { tasks: queue } = system.deps;
  const send = queue.send;
  let calls = 0;
  Object.assign(queue, {
    send: async (...given: Parameters<typeof send>) => {
      if (++calls === 4) throw new Error('Throttled');
      return send(...given);
    },
  });
  system.enqueue({ user_ids: users(3_000), title: 'T', message: 'M', notification_type: 'system', store: false });
  const [first] = system.memory.queues.dispatch.receive(1, 1_000);
  system.clock.ms += 2_000;
  expect(first).toBeDefined();
  await system.invoke();
  expect(tasks().length).toBe(1 + 1_500);
  system.clock.ms += 600_000;
  const [retried] = queued();
  await system.dispatch(retried!.body, { isRedelivery: true });
  const named = tasks().flatMap((body) => JSON.parse(body).user_id ?? []);
  expect(named).toHaveLength(3_000);
  expect(new Set(named).size).toBe(3_000);
});
