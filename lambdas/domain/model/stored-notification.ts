// A notification as it is kept: only what differs from the defaults, so that most fit one write unit.
import { inboxOwner } from '../../../protocol/inbox-id.ts';
import type { Notification } from '../../../protocol/notification.ts';
import type { Priority } from '../../../protocol/priority.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { AddressedRequest } from './addressed-request.ts';
import { idTimeMs, newestOf } from './notification-id.ts';
import { becameUnreadAt, readBy, type Watermark } from './watermark.ts';

export interface StoredNotification {
  id: string;
  /** Absent when read by itself. */
  unread_key?: string;
  notification_type: string;
  title: string;
  message: string;
  /** As JSON text: opaque, whatever numbers, names and nesting it has. */
  payload?: string;
  priority?: Priority;
  /** The group that its payload names, for users who mute groups. */
  group_id?: string;
  requested_at: string;
  updated_at?: string;
  deliver_at?: string;
  expires_at?: string;
  requires_ack?: boolean;
  acknowledged_at?: string;
  read_at?: string;
  archived_at?: string;
  /** Put aside by its reader: in no list until then. */
  snoozed_until?: string;
  /** It came back, as another notification, at this time. */
  snooze_ended?: string;
  sent_at?: string;
  /** A page said that a person has it on screen. */
  shown_at?: string;
  retry_count?: number;
  last_retry_at?: string;
  /** Set while a delivery failed and is to be tried again. */
  is_unprocessed?: boolean;
  error_count?: number;
  last_error?: string;
  /** Sockets that refused the frame for now, and devices whose push failed; only they are tried again. */
  pending_connections?: string[];
  pending_devices?: string[];
  /** Sockets were open and refused twice: they are not tried again. */
  is_unreachable?: boolean;
  /** Set where a push is not part of the first attempt, so that at most one is sent. */
  pushed_at?: string;
  /** Which call set it. */
  pushed_by?: string;
  /** Set where a push is part of the first attempt: a phone may show it. */
  was_pushed?: boolean;
  /** The claim that it shares with the copies of other users. */
  claim_id?: string;
  claim_seconds?: number;
  /** While a broadcast is rolled out: the share of users who see it already. */
  canary_percent?: number;
  rollout?: Rollout;
  /** It was withdrawn: it is neither shown nor counted any more. */
  recalled_at?: string;
  /** This row is no notification: it says that the one with this id was withdrawn. */
  recalls?: string;
}

/**
 * A broadcast that goes to a share of the users first, and to the rest later unless it is recalled or fails too often.
 */
export interface Rollout {
  percent: number;
  minutes: number;
  state: 'waiting' | 'complete' | 'stopped';
  resumes_at: string;
}

/** In `last_error`: why nothing failed, and yet nothing was sent. */
export const RATE_LIMITED = 'rate_limited';
export const MUTED = 'muted';
export const HELD = 'held';
export type Withheld = typeof MUTED | typeof HELD;

/**
 * `id` is already final; the rest is the plan: it is sent now, or it is withheld for a reason, or nobody can be
 * reached.
 */
export function newNotification(
  id: string,
  request: AddressedRequest,
  acceptedAtMs: number,
  sentAtMs: number | undefined,
  { withheld, isPushed = false }: { withheld?: Withheld; isPushed?: boolean } = {},
): StoredNotification {
  return {
    id,
    unread_key: id,
    notification_type: request.notification_type,
    title: request.title ?? '',
    message: request.message ?? '',
    requested_at: toTimestamp(acceptedAtMs),
    ...(Object.keys(request.payload).length > 0 && { payload: JSON.stringify(request.payload) }),
    ...(request.group_id !== undefined && { group_id: request.group_id }),
    ...(request.priority !== 'normal' && { priority: request.priority }),
    ...(request.deliver_at !== undefined && { deliver_at: request.deliver_at }),
    ...(request.expires_at !== undefined && { expires_at: request.expires_at }),
    ...(request.requires_ack && { requires_ack: true }),
    ...(sentAtMs !== undefined && { sent_at: toTimestamp(sentAtMs) }),
    ...(withheld !== undefined && { last_error: withheld }),
    ...(isPushed && { was_pushed: true }),
  };
}

/** A phone may show it. */
export const isOnPhones = ({ was_pushed: wasPushed, pushed_at: pushedAt }: Partial<StoredNotification>): boolean =>
  wasPushed === true || pushedAt !== undefined;

export const payloadOf = ({ payload }: Pick<StoredNotification, 'payload'>): Record<string, unknown> =>
  payload === undefined ? {} : JSON.parse(payload);

/** The wire shape, with read and archived state as the user's watermarks have it. */
export function toNotification(
  stored: StoredNotification,
  userId: string,
  watermarks: readonly Watermark[],
  clearedBefore = '',
): Notification {
  const mark = readBy(stored.id, stored.unread_key, watermarks);
  const isRead = stored.unread_key === undefined || mark !== undefined;
  const createdAt = toTimestamp(idTimeMs(stored.id));
  return {
    id: stored.id,
    ...inboxOwner(userId),
    notification_type: stored.notification_type,
    title: stored.title,
    message: stored.message,
    payload: payloadOf(stored),
    priority: stored.priority ?? 'normal',
    is_read: isRead,
    read_at: isRead ? (mark ? toTimestamp(idTimeMs(mark.at)) : (stored.read_at ?? null)) : null,
    is_archived: stored.archived_at !== undefined || stored.snoozed_until !== undefined || stored.id <= clearedBefore,
    ...(stored.snoozed_until !== undefined && { snoozed_until: stored.snoozed_until }),
    created_at: createdAt,
    requested_at: stored.requested_at,
    updated_at: newestOf(stored.updated_at ?? createdAt, changedAt(stored.unread_key, mark)),
    deliver_at: stored.deliver_at ?? null,
    expires_at: stored.expires_at ?? null,
    requires_ack: stored.requires_ack ?? false,
    acknowledged: stored.acknowledged_at !== undefined,
    acknowledged_at: stored.acknowledged_at ?? null,
    sent_at: stored.sent_at ?? null,
    retry_count: stored.retry_count ?? 0,
    last_retry_at: stored.last_retry_at ?? null,
    is_processed: !stored.is_unprocessed,
    error_count: stored.error_count ?? 0,
    last_error: stored.last_error ?? null,
    ...(stored.claim_id !== undefined && {
      claim: { id: stored.claim_id, expires_seconds: stored.claim_seconds! },
    }),
  };
}

/** What was read by a watermark, or is unread again, changed at that moment, whatever its row says. */
function changedAt(unreadKey: string | undefined, mark: Watermark | undefined): string {
  if (mark !== undefined) return toTimestamp(idTimeMs(mark.at));
  return unreadKey === undefined ? '' : toTimestamp(idTimeMs(becameUnreadAt(unreadKey)));
}
