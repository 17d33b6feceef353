// Frames from the server to a client. `type` says which.
import type { ErrorCode } from './error-codes.ts';
import type { Notification } from './notification.ts';

export interface NotificationFrame {
  type: 'notification';
  notification: Notification;
  unread_count: number;
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
  /** Absent when only the count is told anew. */
  changed?: InboxChange;
}
/** What was changed, so that lists need not be loaded again. One of the last three is there. */
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
}
export type ServerFrame =
  | NotificationFrame
  | EventFrame
  | UnreadCountFrame
  | SyncedFrame
  | PongFrame
  | AckedFrame
  | SubscribedFrame
  | ErrorFrame;
