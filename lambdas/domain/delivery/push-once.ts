// A push that follows later than the delivery: after sends nobody acknowledged, or when quiet hours have ended.
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { unreadCount } from '../inbox/unread-count.ts';
import { channelsOf } from '../model/channels.ts';
import type { Device, Recipient } from '../model/recipient.ts';
import { HELD, type StoredNotification } from '../model/stored-notification.ts';
import { userPush } from '../push/push-content.ts';
import { longestWait, type PushDeps, pushToDevices } from '../push/push-to-devices.ts';
import { sendLater } from '../schedule/send-later.ts';
import { DeliveryFailed } from '../sockets/send-to-connections.ts';
import type { Deps } from './ports.ts';

export type PushOnceDeps = PushDeps &
  Pick<Deps, 'clock' | 'deliveryState' | 'inbox' | 'broadcasts' | 'recipients' | 'tasks' | 'schedules'>;

/** Idempotent: sends at most one push. Quiet hours hold it back. Throws when a provider refuses for now. */
export async function pushOnce(
  deps: PushOnceDeps,
  recipient: Recipient,
  stored: StoredNotification,
  isRedelivery: boolean,
): Promise<void> {
  const userId = recipient.user_id;
  const nowMs = deps.clock.now();
  const { devices, heldUntilMs, isCritical } = channelsOf(recipient, stored, nowMs);
  // A critical one was pushed when it was first delivered.
  if (devices.length === 0 || isCritical) return;
  if (heldUntilMs !== undefined) {
    await sendLater(deps, { task: 'push', user_id: userId, notification_id: stored.id, due_at_ms: heldUntilMs });
    deps.metrics.count('push_held');
    if (stored.last_error === HELD) return;
    return deps.inbox.update(userId, stored.id, { last_error: HELD, updated_at: toTimestamp(nowMs) });
  }
  // Before the push, because a crash in between is rarer than a duplicate message; its own redelivery goes on.
  const isFirst = await deps.deliveryState.markPushed(userId, stored.id, toTimestamp(nowMs), {
    wasHeld: stored.last_error === HELD,
  });
  if (!isFirst && !isRedelivery) return;
  const result = await pushToDevices(
    deps,
    userId,
    pending(devices, stored),
    userPush(stored, (await unreadCount(deps, recipient)).unread_count, nowMs),
  );
  const [failure] = result.failed;
  // The mark says that it was sent: it was, unless every phone refused or is unregistered.
  const isReached = stored.sent_at !== undefined || result.pushed > 0;
  if (failure === undefined && !stored.is_unprocessed && isReached) return;
  await deps.inbox.update(userId, stored.id, {
    is_unprocessed: failure && true,
    pending_devices: failure && result.failed.map((failed) => failed.device_id),
    ...(failure && { error_count: (stored.error_count ?? 0) + 1, last_error: failure.reason }),
    sent_at: isReached ? (stored.sent_at ?? toTimestamp(nowMs)) : undefined,
    updated_at: toTimestamp(nowMs),
  });
  if (failure) throw new DeliveryFailed(failure.reason, { userId, notificationId: stored.id }, longestWait(result));
}

/** On a second try only the devices whose push failed at the first. */
function pending(
  devices: readonly Device[],
  { is_unprocessed: isUnprocessed, pending_devices: ids }: StoredNotification,
): Device[] {
  return isUnprocessed && ids ? devices.filter((device) => ids.includes(device.id)) : [...devices];
}
