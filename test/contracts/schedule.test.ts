// Contracts of the room `schedule` that are not the table's: the dispatch queue and one-time schedules.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Task, WakeTask } from '../../lambdas/domain/schedule/task.ts';
import { SERVICE_KINDS, servicePorts } from '../support/open-service-ports.ts';
import type { ServicePorts } from '../support/service-ports.ts';

const wake = (requestId: string, dueAtMs = 9_000): WakeTask => ({
  task: 'wake',
  source: 'test',
  audience: 'user:alice',
  request_id: requestId,
  accepted_at_ms: 1,
  due_at_ms: dueAtMs,
});

describe.each(SERVICE_KINDS)('in %s', (kind) => {
  let ports: ServicePorts;
  beforeAll(async () => {
    ports = await servicePorts(kind);
  });
  afterAll(() => ports.close());

  const sentBy = async (send: () => Promise<void>) => {
    const before = new Set(ports.messages('dispatch').map(({ body }) => body));
    await send();
    return ports.messages('dispatch').filter(({ body }) => !before.has(body));
  };

  describe('TaskQueue', () => {
    it('sends nothing where there is nothing', async () => {
      expect(await sentBy(() => ports.deps.tasks.send([]))).toEqual([]);
    });

    it('sends any number of tasks, each as its own message', async () => {
      const tasks = Array.from({ length: 37 }, (_, at) => wake(`many-${at}`));
      const messages = await sentBy(() => ports.deps.tasks.send(tasks));
      expect(messages.every(({ isVisible }) => isVisible)).toBe(true);
      const found = messages.map(({ body }) => JSON.parse(body).request_id);
      expect(found.sort()).toEqual(tasks.map((task) => task.request_id).sort());
    });

    it('sends tasks that together are longer than one call to the queue may be', async () => {
      const payload = { text: 'é'.repeat(150 * 1024) };
      const tasks = Array.from({ length: 10 }, (_, at) => ({
        task: 'deliver',
        request_id: `large-${at}`,
        accepted_at_ms: 1,
        user_id: `user-${at}`,
        request: { payload },
      })) as unknown as Task[];
      const messages = await sentBy(() => ports.deps.tasks.send(tasks));
      expect(messages.map(({ body }) => JSON.parse(body).payload ?? JSON.parse(body).request.payload)).toEqual(
        tasks.map(() => payload),
      );
    });

    it('delays by whole seconds, up to its own maximum', async () => {
      const { tasks } = ports.deps;
      const isVisible = (requestId: string) =>
        ports.messages('dispatch').find(({ body }) => body.includes(`"${requestId}"`))?.isVisible;
      await tasks.send([wake('soon')], 5);
      await tasks.send([wake('latest')], tasks.maxDelayMs / 1000);
      await ports.advance(4);
      expect([isVisible('soon'), isVisible('latest')]).toEqual([false, false]);
      await ports.advance(1);
      expect([isVisible('soon'), isVisible('latest')]).toEqual([true, false]);
      await ports.advance(tasks.maxDelayMs / 1000 - 5);
      expect(isVisible('latest')).toBe(true);
      await expect(tasks.send([wake('too late')], tasks.maxDelayMs / 1000 + 1)).rejects.toThrow();
    });
  });

  describe('Schedules', () => {
    const inAnHour = () => Math.floor(ports.nowMs() / 1000) * 1000 + 3_600_000;

    it('puts the task on the queue at its time, once, however often the schedule is created', async () => {
      const atMs = inAnHour();
      const task = wake('scheduled', atMs);
      expect(await ports.deps.schedules.create('wake-1', atMs, task)).toBe('created');
      expect(await ports.deps.schedules.create('wake-1', atMs, task)).toBe('created');
      expect(ports.schedules()).toEqual([{ name: 'wake-1', atMs, body: JSON.stringify(task) }]);
      const found = await sentBy(() => ports.advance(3_500));
      expect(found).toEqual([]);
      const messages = await sentBy(() => ports.advance(101));
      expect(messages.map(({ body }) => JSON.parse(body))).toEqual([task]);
      expect(ports.schedules()).toEqual([]);
    });

    it('forgets one that is removed, and knows nothing of one that never was', async () => {
      await ports.deps.schedules.create('wake-2', inAnHour(), wake('removed'));
      await ports.deps.schedules.remove('wake-2');
      await ports.deps.schedules.remove('wake-2');
      expect(ports.schedules()).toEqual([]);
    });

    it('sends the task of a past time at once, or refuses it', async () => {
      const past = ports.nowMs() - 60_000;
      const task = wake('past', past);
      let outcome: unknown;
      const messages = await sentBy(async () => {
        outcome = await ports.deps.schedules.create('wake-3', past, task);
        await ports.advance(60);
      });
      const isSent = outcome === 'created';
      if (!isSent) expect(outcome).toEqual({ refused: expect.any(String) });
      expect(messages.map(({ body }) => JSON.parse(body))).toEqual(isSent ? [task] : []);
      expect(ports.schedules()).toEqual([]);
    });
  });
});
