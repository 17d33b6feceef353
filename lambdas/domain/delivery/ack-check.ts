// What must be acknowledged is sent three times, five seconds apart, and then pushed to the phone.
import type { ServerFrame } from '../../../protocol/server-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { unreadCount } from '../inbox/unread-count.ts';
import { channelsOf } from '../model/channels.ts';
import { hasExpired } from '../model/expiry.ts';
import type { Connection, Recipient } from '../model/recipient.ts';
import { isSeen } from '../model/seen.ts';
import { type StoredNotification, toNotification } from '../model/stored-notification.ts';
import { sendLater } from '../schedule/send-later.ts';
import type { AckCheckTask } from '../schedule/task.ts';
import { sendToConnections } from '../sockets/send-to-connections.ts';
import type { Deps } from './ports.ts';
import { type PushOnceDeps, pushOnce } from './push-once.ts';

/** As the specification has it: three sends, five seconds apart. */
const SECONDS_APART = 5;

export type AckCheckDeps = PushOnceDeps & Pick<Deps, 'sender' | 'connections' | 'log'>;

/** The check that follows a send, for the queue: the task and how long it waits. */
export function ackCheck(userId: string, notificationId: string, attempt: AckCheckTask['attempt']) {
  const task: AckCheckTask = { task: 'ack_check', user_id: userId, notification_id: notificationId, attempt };
  return [[task], SECONDS_APART] as const;
}

/** Checks may come twice: each send is counted before it is made, and made once. */
export async function checkAcknowledged(deps: AckCheckDeps, task: AckCheckTask, isRedelivery: boolean): Promise<void> {
  const { user_id: userId, notification_id: id, attempt } = task;
  const stored = await deps.inbox.get(userId, id);
  const nowMs = deps.clock.now();
  if (stored === undefined || stored.acknowledged_at !== undefined || hasExpired(stored, nowMs)) return;
  const recipient = await deps.recipients.load(userId, { consistent: true });
  if (isSeen(stored, recipient)) return;
  const { sockets, heldUntilMs = 0 } = channelsOf(recipient, stored, nowMs);
  if (attempt === 1) {
    // Nobody there to acknowledge it any more: the phone need not wait.
    if (sockets.length === 0) return pushOnce(deps, recipient, stored, isRedelivery);
    // All that may follow goes out now, so that the chain of functions and queues stays short: docs/decisions/0012
    const pushAtMs = Math.max(nowMs + 2 * SECONDS_APART * 1000, heldUntilMs);
    await deps.tasks.send(...ackCheck(userId, id, 2));
    await sendLater(deps, { task: 'push', user_id: userId, notification_id: id, due_at_ms: pushAtMs });
  }
  const isFirst = await deps.deliveryState.countRetry(userId, id, attempt, toTimestamp(nowMs));
  if (!isFirst && !isRedelivery) return;
  await sendAgain(deps, recipient, sockets, {
    ...stored,
    retry_count: attempt,
    last_retry_at: toTimestamp(nowMs),
    updated_at: toTimestamp(nowMs),
  });
}

/** A socket that refuses is not tried by itself: the next send, or the push, comes in five seconds. */
async function sendAgain(
  deps: AckCheckDeps,
  recipient: Recipient,
  sockets: readonly Connection[],
  stored: StoredNotification,
): Promise<void> {
  const frame: ServerFrame = {
    type: 'notification',
    notification: toNotification(stored, recipient.user_id, recipient.watermarks, recipient.cleared_before),
    ...(await unreadCount(deps, recipient)),
  };
  const result = await sendToConnections(deps, sockets, frame);
  deps.metrics.count('sent_again', result.sent);
}
