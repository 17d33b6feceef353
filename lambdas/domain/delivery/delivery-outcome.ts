// What became of a delivery, written to the notification's row: only where it differs from what was planned.
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { HELD, isOnPhones, RATE_LIMITED, type StoredNotification } from '../model/stored-notification.ts';
import { longestWait, type PushResult } from '../push/push-to-devices.ts';
import { DeliveryFailed, type SendResult } from '../sockets/send-to-connections.ts';
import type { Deps } from './ports.ts';

type OutcomeDeps = Pick<Deps, 'clock' | 'metrics' | 'inbox'>;

/** Over the rate limit of its type: it is only stored, and the row says why it was not sent. */
export async function leaveUnsent(deps: OutcomeDeps, userId: string, stored: StoredNotification): Promise<void> {
  deps.metrics.count('rate_limited');
  const updatedAt = toTimestamp(deps.clock.now());
  await deps.inbox.update(userId, stored.id, { sent_at: undefined, last_error: RATE_LIMITED, updated_at: updatedAt });
}

export interface Attempt {
  sent: SendResult;
  /** undefined: no push was due. */
  pushed: PushResult | undefined;
  /** A push is due, but only once quiet hours end. */
  isHeld: boolean;
  /** An earlier attempt reached the user. */
  wasServed: boolean;
  /** The sockets that refused are not tried again: the inbox has it, and a push if nobody else took it. */
  isGivenUp: boolean;
}

/** Notes what is left to do and throws, or settles. */
export async function recordOutcome(
  deps: OutcomeDeps,
  userId: string,
  stored: StoredNotification,
  { sent, pushed, isHeld, wasServed, isGivenUp }: Attempt,
): Promise<void> {
  if (sent.sent > 0) deps.metrics.count('delivered_by_socket');
  const isReached = sent.sent > 0 || (pushed?.pushed ?? 0) > 0 || wasServed;
  const refused = sent.failed[0]?.reason;
  const failed = pushed?.failed[0]?.reason;
  const reason = failed ?? (isGivenUp ? undefined : refused);
  const isPushed = (pushed?.pushed ?? 0) > 0 && !isOnPhones(stored);
  const how = { isHeld, isPushed };
  if (refused === undefined && reason === undefined) return settle(deps, userId, stored, isReached, how);
  if (isGivenUp) deps.metrics.count('unreachable');
  const now = toTimestamp(deps.clock.now());
  const errors = {
    error_count: (stored.error_count ?? 0) + 1,
    last_error: reason ?? (isHeld ? HELD : refused),
    sent_at: isReached ? (stored.sent_at ?? now) : undefined,
    ...(isPushed && { was_pushed: true }),
    updated_at: now,
  };
  if (reason === undefined) {
    if (!isReached) deps.metrics.count('left_in_inbox');
    return deps.inbox.update(userId, stored.id, { ...errors, ...SETTLED });
  }
  await deps.inbox.update(userId, stored.id, {
    ...errors,
    is_unprocessed: true,
    pending_connections: isGivenUp ? undefined : sent.failed.map((failure) => failure.connection_id),
    pending_devices: pushed ? pushed.failed.map((failure) => failure.device_id) : stored.pending_devices,
    is_unreachable: isGivenUp || stored.is_unreachable,
  });
  throw new DeliveryFailed(reason, { userId, notificationId: stored.id }, longestWait(pushed));
}

const SETTLED = {
  is_unprocessed: undefined,
  is_unreachable: undefined,
  pending_connections: undefined,
  pending_devices: undefined,
};

/** Writes only where the row does not already say what happened. */
export async function settle(
  deps: OutcomeDeps,
  userId: string,
  stored: StoredNotification,
  isReached: boolean,
  { isHeld, isPushed } = { isHeld: false, isPushed: false },
): Promise<void> {
  if (!isReached) deps.metrics.count('left_in_inbox');
  const now = toTimestamp(deps.clock.now());
  const sentAt = isReached ? (stored.sent_at ?? now) : undefined;
  const isNoted = isHeld === (stored.last_error === HELD);
  if (stored.sent_at === sentAt && !stored.is_unprocessed && isNoted && !isPushed) return;
  await deps.inbox.update(userId, stored.id, {
    ...SETTLED,
    ...(!isNoted && { last_error: isHeld ? HELD : undefined }),
    ...(isPushed && { was_pushed: true }),
    sent_at: sentAt,
    updated_at: now,
  });
}
