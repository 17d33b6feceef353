import { describe, expect, it } from 'vitest';
import { sendLater } from '../../../../lambdas/domain/schedule/send-later.ts';
import type { Task, TimedTask } from '../../../../lambdas/domain/schedule/task.ts';

const NOW = Date.parse('2026-11-21T07:00:00.250Z');

async function sent(aheadMs: number, answer: 'created' | { refused: string } = 'created') {
  const queued: { tasks: readonly Task[]; delaySeconds: number }[] = [];
  const scheduled: { name: string; atMs: number }[] = [];
  const deps = {
    clock: { now: () => NOW },
    tasks: {
      maxDelayMs: 900_000,
      send: async (tasks: readonly Task[], delaySeconds = 0) => void queued.push({ tasks, delaySeconds }),
    },
    schedules: {
      precisionMs: 60_000,
      create: async (name: string, atMs: number) => {
        scheduled.push({ name, atMs });
        return answer;
      },
      remove: async () => undefined,
    },
  };
  const task: TimedTask = {
    task: 'wake',
    source: 'test',
    audience: 'user:alice',
    request_id: 'r',
    accepted_at_ms: 1,
    due_at_ms: NOW + aheadMs,
  };
  await sendLater(deps, task);
  return { queued, scheduled };
}

describe('a task for later', () => {
  it.each([
    [-5_000, 0],
    [300, 0],
    [600, 1],
    [10_000, 10],
    [10_399, 10],
    [10_401, 11],
    [899_900, 900],
    [900_000, 900],
  ])('%d ms ahead is delayed by %d s', async (aheadMs, delaySeconds) => {
    const { queued, scheduled } = await sent(aheadMs);
    expect(queued).toMatchObject([{ delaySeconds }]);
    expect(scheduled).toEqual([]);
  });

  it('beyond 15 minutes is woken at a whole minute, 90 to 150 s before', async () => {
    for (let aheadMs = 900_001; aheadMs < 1_100_000; aheadMs += 977) {
      const { queued, scheduled } = await sent(aheadMs);
      expect(queued).toEqual([]);
      const early = NOW + aheadMs - scheduled[0]!.atMs;
      expect(scheduled[0]!.atMs % 60_000).toBe(0);
      expect(early).toBeGreaterThanOrEqual(90_000);
      expect(early).toBeLessThan(150_000);
      expect(scheduled[0]!.name).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
    }
  });

  it('has one name, and another task another', async () => {
    const names = await Promise.all([1e7, 1e7, 2e7].map(async (ahead) => (await sent(ahead)).scheduled[0]!.name));
    expect(names[0]).toBe(names[1]);
    expect(names[0]).not.toBe(names[2]);
  });

  it('whose schedule is refused though its time is ahead is an error that says why, to be tried again', async () => {
    const refused = 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.';
    await expect(sent(1e9, { refused })).rejects.toThrow(refused);
  });
});
