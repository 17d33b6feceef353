// What the status line says of an action that failed.
import type { NotificationsError } from '../core/notifications-client.ts';
import type { Words } from './words/en.ts';

const FAILED: Partial<Record<NotificationsError['action'], keyof Words>> = {
  markRead: 'failedRead',
  markAllRead: 'failedRead',
  markUnread: 'failedUnread',
  remove: 'failedRemove',
  snooze: 'failedSnooze',
  clear: 'failedClear',
  loadMore: 'failedLoad',
  claim: 'failedClaim',
  release: 'failedClaim',
};

/** The words of a failed action; undefined for a failure that is shown elsewhere. */
export function failureWords({ action }: NotificationsError): keyof Words | undefined {
  return FAILED[action];
}
