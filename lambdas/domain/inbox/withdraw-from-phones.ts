// Has dispatch take back what phones show, where the user has any.
import type { Recipient } from '../model/recipient.ts';
import type { WithdrawTask } from '../schedule/task.ts';
import type { Deps } from './ports.ts';

/** Never fails the change it follows, which is stored already. */
export async function withdrawFromPhones(
  deps: Pick<Deps, 'tasks' | 'log' | 'recipients'>,
  userId: string,
  what: readonly Pick<WithdrawTask, 'notification_id' | 'up_to'>[],
  recipient?: Pick<Recipient, 'devices'>,
): Promise<void> {
  if (what.length === 0) return;
  try {
    const { devices } = recipient ?? (await deps.recipients.load(userId));
    if (devices.every(({ platform }) => platform === 'web')) return;
    await deps.tasks.send(what.map((one) => ({ task: 'withdraw', user_id: userId, ...one })));
  } catch (error) {
    deps.log.error('a push could not be withdrawn from phones', error);
  }
}
