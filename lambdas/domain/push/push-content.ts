// What a push shows and carries, for every provider.
import { payloadOf, type StoredNotification } from '../model/stored-notification.ts';

export interface PushContent {
  notification_id: string;
  notification_type: string;
  title: string;
  message: string;
  isUrgent: boolean;
  /** How long a provider may keep it for a phone that is off. */
  ttlSeconds: number;
  /** The number on the app's icon; unknown for everyone's. */
  badge?: number;
  /** Opened by a tap. */
  url?: string;
  payload?: Record<string, unknown>;
}

/** Of what was pushed: one notification, or everything up to one. */
export interface Withdrawal {
  notification_id?: string;
  up_to?: string;
  unread_count: number;
}

/** Both providers keep it four weeks at most: https://firebase.google.com/docs/cloud-messaging/concept-options#ttl */
const PROVIDER_TTL_MAX_SECONDS = 28 * 24 * 60 * 60;
/** Our choice: a longer link would leave no room for words. */
const URL_MAX_BYTES = 1024;

export function userPush(stored: StoredNotification, unreadCount: number, nowMs: number): PushContent {
  return { ...broadcastPush(stored, nowMs), badge: unreadCount };
}

export function broadcastPush(stored: StoredNotification, nowMs: number): PushContent {
  const payload = payloadOf(stored);
  const url = linkOf(payload);
  return {
    notification_id: stored.id,
    notification_type: stored.notification_type,
    title: stored.title,
    message: stored.message,
    isUrgent: stored.priority !== undefined && stored.priority !== 'normal',
    ttlSeconds: ttlOf(stored.expires_at, nowMs),
    ...(url !== undefined && { url }),
    ...(stored.payload !== undefined && { payload }),
  };
}

function linkOf(payload: Record<string, unknown>): string | undefined {
  const link = payload.url ?? payload.deep_link;
  return typeof link === 'string' && Buffer.byteLength(link) <= URL_MAX_BYTES ? link : undefined;
}

/** At least a second: a provider takes 0 for "now or never". */
function ttlOf(expiresAt: string | undefined, nowMs: number): number {
  if (expiresAt === undefined) return PROVIDER_TTL_MAX_SECONDS;
  const left = Math.floor((Date.parse(expiresAt) - nowMs) / 1000);
  return Math.min(PROVIDER_TTL_MAX_SECONDS, Math.max(1, left));
}
