// The end of a snooze or of a digest's window, at its time: noted by the hour, so that the sweep finds what was lost.
import type { Deps, DueEntry } from './ports.ts';
import { requestTtlSeconds } from './request-ttl.ts';
import { sendLater } from './send-later.ts';
import type { DigestEndTask, SnoozeEndTask, Task } from './task.ts';

/** What nothing but its wake-up would find again. */
export type SweptTask = SnoozeEndTask | DigestEndTask;
export const isSwept = (task: Task): task is SweptTask => task.task === 'snooze_end' || task.task === 'digest_end';

type WakeDeps = Pick<Deps, 'clock' | 'tasks' | 'schedules' | 'dueRequests'>;

/** Safe to repeat. Notes it first: a function that is stopped in between leaves a wake-up to the sweep. */
export async function wakeLater(deps: WakeDeps, task: SweptTask): Promise<void> {
  const noted = { ...task, is_noted: true as const };
  await deps.dueRequests.note(dueEntry(noted), requestTtlSeconds(task.due_at_ms));
  await sendLater(deps, noted);
}

/** It is done: the sweep has nothing to find. */
export async function forgetDue({ dueRequests }: Pick<Deps, 'dueRequests'>, task: SweptTask): Promise<void> {
  if (task.is_noted) await dueRequests.forget(dueEntry(task));
}

function dueEntry(task: SweptTask): DueEntry & { task: SweptTask } {
  const id = task.task === 'snooze_end' ? task.notification_id : `${task.name} ${task.number}`;
  // No producer has such a source.
  const key = { source: `#${task.task}`, id, audience: `user:${task.user_id}` };
  return { key, accepted_at_ms: task.due_at_ms, deliver_at_ms: task.due_at_ms, task };
}
