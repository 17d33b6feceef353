// Actions under way, laid over what the server confirmed: rolling one back is leaving it out.
import type { Inbox } from './inbox.ts';
import type { Notification } from './notifications-client.ts';

export interface PendingAction {
  kind: 'read' | 'unread' | 'remove' | 'readAll' | 'clear';
  /** A notification's id; for `readAll` and `clear` the newest one they reach. */
  id: string;
  /** ISO 8601. */
  at: string;
}

export interface View {
  notifications: readonly Notification[];
  unreadCount: number;
}

/** `now` as ISO 8601: what expired by then is not shown. */
export function viewOf(inbox: Inbox, pending: readonly PendingAction[], now: string): View {
  let notifications = inbox.items;
  let unreadCount = inbox.unread;
  for (const { kind, id, at } of [...pending, { kind: 'expire', id: '', at: now } as const]) {
    const isTarget = (item: Notification) =>
      kind === 'expire' ? isExpired(item, at) : kind === 'readAll' || kind === 'clear' ? item.id <= id : item.id === id;
    const before = unreadOf(notifications);
    notifications = notifications.flatMap((item) => {
      if (!isTarget(item)) return item;
      if (kind === 'read' || kind === 'readAll') return item.is_read ? item : { ...item, is_read: true, read_at: at };
      if (kind === 'unread') return item.is_read ? { ...item, is_read: false, read_at: null } : item;
      return [];
    });
    // A count that is only a least number stays one, unless everything is read.
    if (kind === 'readAll' || kind === 'clear') unreadCount = unreadOf(notifications);
    else if (inbox.isExact) unreadCount = Math.max(0, unreadCount + unreadOf(notifications) - before);
  }
  return { notifications, unreadCount };
}

/** When the next notification expires, in Unix milliseconds. */
export function nextExpiry(items: readonly Notification[]): number | undefined {
  const times = items.flatMap(({ expires_at: at }) => (at === null ? [] : Date.parse(at)));
  return times.length > 0 ? Math.min(...times) : undefined;
}

const unreadOf = (items: readonly Notification[]): number => items.filter((item) => !item.is_read).length;
const isExpired = ({ expires_at: at }: Notification, now: string): boolean => at !== null && at <= now;
