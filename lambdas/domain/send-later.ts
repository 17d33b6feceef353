// A task for a moment ahead: by the queue's own delay when it is near, by a schedule that wakes us early when it is far.
import { createHash } from 'node:crypto';
import type { Deps } from './deps.ts';
import type { TimedTask } from './task.ts';

/** AWS limit: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html */
const QUEUE_DELAY_MAX_MS = 900_000;
/**
 * The scheduler keeps to the minute, not to the second (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html):
 * woken at the whole minute 90 to 150 s before, even its latest second leaves half a minute for the queue's delay to finish with.
 */
const WAKE_EARLY_MS = 90_000;
const MINUTE_MS = 60_000;
/** A queue delays by whole seconds. Up to this much too early is waited out in the function, more is left to come late (our choice). */
export const WAIT_MAX_MS = 400;

/** Safe to repeat: the same task makes the same schedule. */
export async function sendLater(deps: Pick<Deps, 'clock' | 'tasks' | 'schedules'>, task: TimedTask): Promise<void> {
  const now = deps.clock.now();
  const aheadMs = task.due_at_ms - now;
  if (aheadMs <= QUEUE_DELAY_MAX_MS) return deps.tasks.send([task], delaySeconds(aheadMs));
  const wakeAtMs = Math.floor((task.due_at_ms - WAKE_EARLY_MS) / MINUTE_MS) * MINUTE_MS;
  const outcome = await deps.schedules.create(scheduleName(task), wakeAtMs, task);
  if (outcome === 'created') return;
  if (wakeAtMs > deps.clock.now())
    throw new Error(`The scheduler refused the time ${new Date(wakeAtMs).toISOString()}.`);
  // Its clock is past the minute already: the task goes out now and finds out itself how long it has to wait.
  await deps.tasks.send([task]);
}

/** The same for the same task, so that a second attempt to create it meets the first. */
export function scheduleName(task: TimedTask): string {
  const hash = createHash('sha256').update(JSON.stringify(task)).digest('hex').slice(0, 48);
  return `${task.task}-${hash}`;
}

/** Whether a schedule was made for it when it was sent at `sentAtMs`. */
export const needsSchedule = (dueAtMs: number, sentAtMs: number): boolean => dueAtMs - sentAtMs > QUEUE_DELAY_MAX_MS;

function delaySeconds(aheadMs: number): number {
  if (aheadMs <= 0) return 0;
  const tooEarlyMs = aheadMs % 1000;
  return tooEarlyMs <= WAIT_MAX_MS ? Math.floor(aheadMs / 1000) : Math.ceil(aheadMs / 1000);
}
