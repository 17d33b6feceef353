// When a notification stops being shown, and when its row may be deleted.
import type { NotificationRequest } from '../../../protocol/request.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';

type Expiring = { expires_at?: string | undefined };

export const hasExpired = ({ expires_at: expiresAt }: Expiring, nowMs: number): boolean =>
  expiresAt !== undefined && expiresAt <= toTimestamp(nowMs);

/**
 * Unix seconds after which a row may be deleted: the retention, or the request's own `expires_at` where that is
 * earlier.
 */
export function rowTtlSeconds(
  request: Pick<NotificationRequest, 'expires_at'>,
  nowMs: number,
  retentionDays: number,
): number {
  const retained = Math.floor(nowMs / 1000) + retentionDays * 24 * 60 * 60;
  if (request.expires_at === undefined) return retained;
  return Math.min(retained, Math.ceil(Date.parse(request.expires_at) / 1000));
}
