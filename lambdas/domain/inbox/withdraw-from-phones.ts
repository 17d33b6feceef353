// Has dispatch take back what phones show, where the user has any.
import type { Recipient } from '../model/recipient.ts';
import type { WithdrawTask } from '../schedule/task.ts';
import type { Deps } from './ports.ts';

/** Never fails the change it follows, which is stored already. */
export async function withdrawFromPhones(
  deps: Pick<Deps, 'tasks' | 'log'>,
  { user_id, devices }: Pick<Recipient, 'user_id' | 'devices'>,
  what: Pick<WithdrawTask, 'notification_id' | 'up_to'>,
): Promise<void> {
  if (devices.every(({ platform }) => platform === 'web')) return;
  try {
    await deps.tasks.send([{ task: 'withdraw', user_id, ...what }]);
  } catch (error) {
    deps.log.error('phones could not be told of a change', error);
  }
}
