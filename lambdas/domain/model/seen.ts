// Whether a user has dealt with a notification: then there is nothing left to bring.
import type { Recipient } from './recipient.ts';
import type { StoredNotification } from './stored-notification.ts';
import { isUnread } from './watermark.ts';

export function isSeen(
  stored: StoredNotification,
  { watermarks, cleared_before: clearedBefore }: Pick<Recipient, 'watermarks' | 'cleared_before'>,
): boolean {
  if (stored.acknowledged_at !== undefined || stored.archived_at !== undefined || stored.id <= clearedBefore)
    return true;
  return !isUnread(stored.id, stored.unread_key, watermarks);
}
