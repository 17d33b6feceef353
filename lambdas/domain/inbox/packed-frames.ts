// Several notifications in as few frames as API Gateway bills as one message each.
import { SYNC_FRAME_MAX_BYTES } from '../../../protocol/limits.ts';
import type { Notification } from '../../../protocol/notification.ts';
import type { NotificationFrame, NotificationsFrame, UnreadCount } from '../../../protocol/server-frame.ts';

/**
 * In the order given. One that is alone in its frame, because it is large or the only one, has the frame it would have
 * had live.
 */
export function packed(
  notifications: readonly Notification[],
  count: UnreadCount,
): (NotificationFrame | NotificationsFrame)[] {
  const frames: (NotificationFrame | NotificationsFrame)[] = [];
  const empty = Buffer.byteLength(JSON.stringify({ type: 'notifications', notifications: [], ...count }));
  let pack: Notification[] = [];
  let bytes = empty;
  const close = () => {
    const [first] = pack;
    if (first !== undefined && pack.length === 1) frames.push({ type: 'notification', notification: first, ...count });
    else if (first !== undefined) frames.push({ type: 'notifications', notifications: pack, ...count });
    pack = [];
    bytes = empty;
  };
  for (const notification of notifications) {
    // With the comma after it.
    const size = Buffer.byteLength(JSON.stringify(notification)) + 1;
    if (bytes + size > SYNC_FRAME_MAX_BYTES) close();
    pack.push(notification);
    bytes += size;
  }
  close();
  return frames;
}
