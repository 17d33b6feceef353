// A task for a moment ahead: by the queue's own delay when it is near, by a schedule that wakes us early when it is
// far.
import { createHash } from 'node:crypto';
import type { Deps, TaskQueue } from './ports.ts';
import type { TimedTask } from './task.ts';

/** Our choice: what the latest wake-up still leaves for the queue's delay to finish with. */
const QUEUE_FINISH_MS = 30_000;
/**
 * A queue delays by whole seconds. Up to this much too early is waited out in the function, more is left to come late
 * (our choice).
 */
export const WAIT_MAX_MS = 400;

/** Safe to repeat: the same task makes the same schedule. */
export async function sendLater(deps: Pick<Deps, 'clock' | 'tasks' | 'schedules'>, task: TimedTask): Promise<void> {
  const now = deps.clock.now();
  const aheadMs = task.due_at_ms - now;
  if (aheadMs <= deps.tasks.maxDelayMs) return deps.tasks.send([task], delaySeconds(aheadMs));
  // A wake-up may come late by the scheduler's precision: at a whole multiple of it, early by that and the queue's
  // share.
  const { precisionMs } = deps.schedules;
  const wakeAtMs = Math.floor((task.due_at_ms - precisionMs - QUEUE_FINISH_MS) / precisionMs) * precisionMs;
  const outcome = await deps.schedules.create(scheduleName(task), wakeAtMs, task);
  if (outcome === 'created') return;
  if (wakeAtMs > deps.clock.now())
    throw new Error(`The scheduler refused a schedule for ${new Date(wakeAtMs).toISOString()}: ${outcome.refused}`);
  // Its clock is past the minute already: the task goes out now and finds out itself how long it has to wait.
  await deps.tasks.send([task]);
}

/** The same for the same task, so that a second attempt to create it meets the first. */
export function scheduleName(task: TimedTask): string {
  const hash = createHash('sha256').update(JSON.stringify(task)).digest('hex').slice(0, 48);
  return `${task.task}-${hash}`;
}

/** Whether a schedule was made for it when it was sent at `sentAtMs`. */
export const needsSchedule = (tasks: Pick<TaskQueue, 'maxDelayMs'>, dueAtMs: number, sentAtMs: number): boolean =>
  dueAtMs - sentAtMs > tasks.maxDelayMs;

function delaySeconds(aheadMs: number): number {
  if (aheadMs <= 0) return 0;
  const tooEarlyMs = aheadMs % 1000;
  return tooEarlyMs <= WAIT_MAX_MS ? Math.floor(aheadMs / 1000) : Math.ceil(aheadMs / 1000);
}
