// Frames from the server to a client. `type` says which.
import type { Claim } from './claim.ts';
import type { ErrorCode } from './error-codes.ts';
import type { Notification } from './notification.ts';

/** How many are unread, in frames and replies alike. Absolute. */
export interface UnreadCount {
  unread_count: number;
  /** Those of them that came since the user last opened the bell. */
  unseen_count: number;
  /** Present where there are more than `unread_count` says. */
  unread_count_exact?: false;
  /**
   * When an unread notification expires next, and with it the count changes: ask anew then. Absent where none expires.
   */
  next_expiry_at?: string;
}
/** A notification to everyone has no `unread_count`, because every socket gets the same bytes: the client adds one. */
export interface NotificationFrame extends Partial<UnreadCount> {
  type: 'notification';
  notification: Notification;
  /** Whether this connection is the one to make a sound. Absent where no page reports presence. */
  alert?: boolean;
  /** To be answered by `shown` once a person has it on screen: else other connections alert, and then a phone. */
  confirm_shown?: true;
}
/** Several that were missed, oldest first: the answer to `sync`. */
export interface NotificationsFrame extends UnreadCount {
  type: 'notifications';
  notifications: Notification[];
}
/** A notification was recalled: it is neither listed nor counted any more. */
/** Without a count it was a notification to everyone: the client subtracts one if it was unread. */
export interface NotificationRemovedFrame extends Partial<UnreadCount> {
  type: 'notification_removed';
  notification_id: string;
}
/** Live-only: a signal that is stored nowhere. */
export interface EventFrame {
  type: 'event';
  /** The same when the signal comes twice: show it once. */
  id: string;
  topic: string;
  event_type: string;
  payload: Record<string, unknown>;
  title?: string;
  message?: string;
}
/**
 * What is unread has changed: by another tab or device of the user, or by a notification that this socket is not sent.
 */
export interface UnreadCountFrame extends UnreadCount {
  type: 'unread_count';
  /** Absent when only the count changed. */
  changed?: InboxChange;
}
/**
 * What was changed, so that lists need not be loaded again. A change of all names an id, and those of the last seconds
 * one by one.
 */
export interface InboxChange {
  /** When. */
  at: string;
  notifications?: { id: string; is_read: boolean; is_archived: boolean }[];
  /** This notification and all older ones are read. */
  read_up_to?: string;
  /** This notification and all older ones are archived. */
  cleared_up_to?: string;
}
/** The end of a `sync`. `recovered: false`: not everything missed was sent; load the list over REST. */
export interface SyncedFrame extends UnreadCount {
  type: 'synced';
  recovered: boolean;
}
/** Who has claimed a notification has changed; also the answer to `claim`. */
export interface ClaimFrame {
  type: 'claim';
  claim: Claim;
}
export interface PongFrame {
  type: 'pong';
}
export interface AckedFrame {
  type: 'acked';
  notification_ids: string[];
}
export interface SubscribedFrame {
  type: 'subscribed' | 'unsubscribed';
  topics: string[];
}
export interface ErrorFrame {
  type: 'error';
  code: ErrorCode;
  message: string;
  /** With `rate_limited` and `too_many_connections`: when to come back. */
  retry_after_seconds?: number;
}
export type ServerFrame =
  | NotificationFrame
  | NotificationsFrame
  | NotificationRemovedFrame
  | EventFrame
  | UnreadCountFrame
  | SyncedFrame
  | ClaimFrame
  | PongFrame
  | AckedFrame
  | SubscribedFrame
  | ErrorFrame;
