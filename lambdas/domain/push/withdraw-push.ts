// What was read, acknowledged or removed is taken back from the user's phones, by a silent push.
import { unreadCount } from '../inbox/unread-count.ts';
import type { Device, Phone, Recipient } from '../model/recipient.ts';
import type { WithdrawTask } from '../schedule/task.ts';
import type { Deps } from './ports.ts';
import { type PruneDeps, pruneDevice } from './prune-device.ts';

export type WithdrawDeps = PruneDeps & Pick<Deps, 'recipients' | 'inbox' | 'broadcasts' | 'clock' | 'log'>;

/** Idempotent. Browsers get none: they withdraw the permission of a worker that shows nothing for a push. */
export async function withdrawPush(deps: WithdrawDeps, task: WithdrawTask, recipient?: Recipient): Promise<void> {
  const { user_id: userId, notification_id, up_to } = task;
  const known = recipient ?? (await deps.recipients.load(userId, { consistent: true }));
  const phones = known.devices.filter(isPhone).filter(({ platform }) => deps.push.isConfigured(platform));
  if (phones.length === 0) return;
  const { unread_count } = await unreadCount(deps, known);
  const what = { ...(notification_id && { notification_id }), ...(up_to && { up_to }), unread_count };
  await Promise.all(
    phones.map(async (phone) => {
      try {
        if ((await deps.push.withdraw(phone, what)) === 'dead') await pruneDevice(deps, userId, phone);
      } catch (error) {
        // Not tried again: the notification stays on a phone, and the app finds it read when it is opened.
        deps.log.error('a push could not be withdrawn', error);
        deps.metrics.count('push_failed');
      }
    }),
  );
}

const isPhone = (device: Device): device is Phone => device.platform !== 'web';
