// One device alerts. Where nobody says within ten seconds that it was shown, the other pages alert; ten seconds later
// the phones are pushed.
import type { NotificationFrame } from '../../../protocol/server-frame.ts';
import { unreadCount } from '../inbox/unread-count.ts';
import { channelsOf } from '../model/channels.ts';
import { hasExpired } from '../model/expiry.ts';
import { type Connection, isPresent, type Recipient } from '../model/recipient.ts';
import { isSeen } from '../model/seen.ts';
import { type StoredNotification, toNotification } from '../model/stored-notification.ts';
import type { AlertCheckTask } from '../schedule/task.ts';
import { sendToConnections } from '../sockets/send-to-connections.ts';
import type { Deps } from './ports.ts';
import { type PushOnceDeps, pushOnce } from './push-once.ts';
import type { Unconfirmed } from './send-to-user.ts';

/** As specified. */
export const ALERT_SECONDS = 10;

export type AlertCheckDeps = PushOnceDeps & Pick<Deps, 'sender' | 'connections'>;

/** The check that follows an alert, for the queue: the task and how long it waits. */
export function alertCheck(userId: string, notificationId: string, { alerted }: Unconfirmed) {
  const task: AlertCheckTask = {
    task: 'alert_check',
    user_id: userId,
    notification_id: notificationId,
    ...(alerted !== undefined && { alerted }),
  };
  return [[task], ALERT_SECONDS] as const;
}

/** Checks may come twice: a page alerts once for an id, and a push is sent once. */
export async function checkShown(deps: AlertCheckDeps, task: AlertCheckTask, isRedelivery: boolean): Promise<void> {
  const { user_id: userId, notification_id: id, alerted } = task;
  const stored = await deps.inbox.get(userId, id);
  const nowMs = deps.clock.now();
  if (stored === undefined || stored.shown_at !== undefined || hasExpired(stored, nowMs)) return;
  const recipient = await deps.recipients.load(userId, { consistent: true });
  if (isSeen(stored, recipient) || hasComeSince(recipient.connections, stored, nowMs)) return;
  const { sockets, devices } = channelsOf(recipient, stored, nowMs);
  const others = alerted === undefined ? [] : sockets.filter(({ connection_id: one }) => one !== alerted);
  const isLast = devices.length === 0;
  if (others.length > 0 && (await alertOthers(deps, recipient, others, stored, isLast)) > 0) {
    if (!isLast) await deps.tasks.send(...alertCheck(userId, id, {}));
    return;
  }
  await pushOnce(deps, recipient, stored, isRedelivery);
}

/** A page that reports presence after the delivery is used by a person who finds the notification on it. */
const hasComeSince = (
  connections: readonly Connection[],
  { sent_at: sentAt = '' }: StoredNotification,
  nowMs: number,
) => connections.some((connection) => (connection.presence_at ?? '') > sentAt && isPresent([connection], nowMs));

async function alertOthers(
  deps: AlertCheckDeps,
  recipient: Recipient,
  others: readonly Connection[],
  stored: StoredNotification,
  isLast: boolean,
): Promise<number> {
  const { user_id: userId, watermarks, cleared_before: clearedBefore } = recipient;
  const frame: NotificationFrame = {
    type: 'notification',
    notification: toNotification(stored, userId, watermarks, clearedBefore),
    alert: true,
    ...(!isLast && { confirm_shown: true }),
    ...(await unreadCount(deps, recipient)),
  };
  const { sent } = await sendToConnections(deps, others, frame);
  deps.metrics.count('alerted_again', sent);
  return sent;
}
