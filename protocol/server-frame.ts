// Frames from the server to a client. `type` says which.
import type { ErrorCode } from './error-codes.ts';
import type { Notification } from './notification.ts';

/** A notification to everyone has no `unread_count`, because every socket gets the same bytes: the client adds one. */
export interface NotificationFrame {
  type: 'notification';
  notification: Notification;
  unread_count?: number;
}
/** A notification was recalled: it is neither listed nor counted any more. */
export interface NotificationRemovedFrame {
  type: 'notification_removed';
  notification_id: string;
  /** Absent for a notification to everyone: the client subtracts one if it was unread. */
  unread_count?: number;
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
/** Another tab or device of the user changed what is unread. */
export interface UnreadCountFrame {
  type: 'unread_count';
  unread_count: number;
  /** Absent when only the count changed. */
  changed?: InboxChange;
}
/** What was changed, so that lists need not be loaded again. A change of all names an id, and those of the last seconds one by one. */
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
export interface SyncedFrame {
  type: 'synced';
  unread_count: number;
  recovered: boolean;
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
  /** With `rate_limited`: when to come back. */
  retry_after_seconds?: number;
}
export type ServerFrame =
  | NotificationFrame
  | NotificationRemovedFrame
  | EventFrame
  | UnreadCountFrame
  | SyncedFrame
  | PongFrame
  | AckedFrame
  | SubscribedFrame
  | ErrorFrame;
