// What became of a delivery, written to the notification's row: only where it differs from what was planned.
import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { StoredNotification } from '../model/stored-notification.ts';
import type { PushResult } from '../push/push-to-devices.ts';
import { DeliveryFailed, type SendResult } from '../sockets/send-to-connections.ts';
import type { Deps } from './ports.ts';
import { RATE_LIMITED } from './sender-rate.ts';

type OutcomeDeps = Pick<Deps, 'clock' | 'metrics' | 'inbox'>;

/** Too much of one kind: it shows in the inbox, and in the row why it did not ring. */
export async function leaveUnsent(deps: OutcomeDeps, userId: string, stored: StoredNotification): Promise<void> {
  deps.metrics.count('rate_limited');
  const updatedAt = toTimestamp(deps.clock.now());
  await deps.inbox.update(userId, stored.id, { sent_at: undefined, last_error: RATE_LIMITED, updated_at: updatedAt });
}

/** Notes what is left to do and throws, or settles. */
export async function recordOutcome(
  deps: OutcomeDeps,
  userId: string,
  stored: StoredNotification,
  sent: SendResult,
  pushed: PushResult | undefined,
  wasServed: boolean,
): Promise<void> {
  if (sent.sent > 0) deps.metrics.count('delivered_by_socket');
  const isReached = sent.sent > 0 || (pushed?.pushed ?? 0) > 0 || wasServed;
  const reason = sent.failed[0]?.reason ?? pushed?.failed[0]?.reason;
  if (reason === undefined) return settle(deps, userId, stored, isReached);
  const now = toTimestamp(deps.clock.now());
  await deps.inbox.update(userId, stored.id, {
    is_unprocessed: true,
    error_count: (stored.error_count ?? 0) + 1,
    last_error: reason,
    pending_connections: sent.failed.map((failure) => failure.connection_id),
    pending_devices: pushed ? pushed.failed.map((failure) => failure.device_id) : stored.pending_devices,
    sent_at: isReached ? (stored.sent_at ?? now) : undefined,
    updated_at: now,
  });
  throw new DeliveryFailed(reason, { userId, notificationId: stored.id });
}

/** Writes only where the row does not already say what happened. */
export async function settle(
  deps: OutcomeDeps,
  userId: string,
  stored: StoredNotification,
  isReached: boolean,
): Promise<void> {
  if (!isReached) deps.metrics.count('left_in_inbox');
  const now = toTimestamp(deps.clock.now());
  const sentAt = isReached ? (stored.sent_at ?? now) : undefined;
  if (stored.sent_at === sentAt && !stored.is_unprocessed) return;
  await deps.inbox.update(userId, stored.id, {
    sent_at: sentAt,
    is_unprocessed: undefined,
    pending_connections: undefined,
    pending_devices: undefined,
    updated_at: now,
  });
}
