// Actions under way, laid over what the server confirmed: rolling one back is leaving it out.
import type { Inbox } from './inbox.ts';
import type { Notification } from './notifications-client.ts';

export interface PendingAction {
  kind: 'markRead' | 'markUnread' | 'remove' | 'snooze' | 'unsnooze' | 'markAllRead' | 'markAllSeen' | 'clear';
  /** A notification's id; of those for all, the newest one they reach. */
  id: string;
  /** ISO 8601. */
  at: string;
}

export const isForAll = (kind: PendingAction['kind']): boolean => /All|cl/.test(kind);

export interface View {
  notifications: readonly Notification[];
  unreadCount: number;
  unseenCount: number;
}

/** `now` as ISO 8601: what expired by then is not shown. */
export function viewOf({ items, unread, unseen, isExact }: Inbox, pending: Iterable<PendingAction>, now: string): View {
  const live = items.filter(({ expires_at: end }) => !end || end > now);
  const view = { notifications: live, unreadCount: unread + unreadOf(live) - unreadOf(items), unseenCount: unseen };
  for (const { kind, id, at } of pending) {
    if (kind === 'markAllSeen') {
      view.unseenCount = 0;
      continue;
    }
    const isAll = isForAll(kind);
    const before = unreadOf(view.notifications);
    view.notifications = view.notifications.flatMap((item) => {
      if (isAll ? item.id > id : item.id !== id) return item;
      if (/^(r|c|s)/.test(kind)) return [];
      const isRead = kind !== 'markUnread';
      return item.is_read === isRead ? item : { ...item, is_read: isRead, read_at: isRead ? at : null };
    });
    const after = unreadOf(view.notifications);
    // A count that is only a least number stays one, unless everything is read.
    if (isAll) view.unreadCount = after;
    else if (isExact) view.unreadCount += after - before;
  }
  view.unreadCount = Math.max(0, view.unreadCount);
  // What is seen is known to the server alone; what is read is seen.
  view.unseenCount = Math.min(view.unseenCount, view.unreadCount);
  return view;
}

/** In how many milliseconds the next one expires. One that has is over: what became of it was asked for then. */
export const nextExpiry = (items: readonly { expires_at?: string | null | undefined }[], now: number): number =>
  Math.min(...items.map(({ expires_at: end }) => Date.parse(end!) - now).filter((ms) => ms > 0));

const unreadOf = (items: readonly Notification[]): number => items.filter((item) => !item.is_read).length;
