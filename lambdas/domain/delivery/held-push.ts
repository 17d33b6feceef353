// Quiet hours have ended: what they held back is pushed, unless the user has dealt with it.
import { hasExpired } from '../model/expiry.ts';
import { isSeen } from '../model/seen.ts';
import type { PushTask } from '../schedule/task.ts';
import { type PushOnceDeps, pushOnce } from './push-once.ts';

export async function pushHeldBack(deps: PushOnceDeps, task: PushTask, isRedelivery: boolean): Promise<void> {
  const [stored, recipient] = await Promise.all([
    deps.inbox.get(task.user_id, task.notification_id),
    deps.recipients.load(task.user_id, { consistent: true }),
  ]);
  if (stored === undefined || isSeen(stored, recipient) || hasExpired(stored, deps.clock.now())) return;
  await pushOnce(deps, recipient, stored, isRedelivery);
}
