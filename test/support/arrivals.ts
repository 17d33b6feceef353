// Notifications that arrive in an inbox without a delivery, for tests of the reader's side.
import type { Deps } from '../../lambdas/domain/inbox/ports.ts';
import { notificationId } from '../../lambdas/domain/model/notification-id.ts';
import { newNotification } from '../../lambdas/domain/model/stored-notification.ts';
import { unreadFloor } from '../../lambdas/domain/model/watermark.ts';
import { EVERYONE } from '../../protocol/user-id.ts';

export interface ArrivalOptions {
  type?: string;
  title?: string;
  expiresInSeconds?: number;
}

const RETENTION_SECONDS = 90 * 24 * 60 * 60;

export const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

export function arrivals(deps: Pick<Deps, 'recipients' | 'inbox' | 'broadcasts'>, clock: { ms: number }) {
  const asRequest = ({ type = 'system', title = 'Title', expiresInSeconds }: ArrivalOptions) => ({
    notification_type: type,
    title,
    message: 'Message',
    priority: 'normal' as const,
    payload: {},
    requires_ack: false,
    store: true,
    ...(expiresInSeconds !== undefined && { expires_at: new Date(clock.ms + expiresInSeconds * 1000).toISOString() }),
  });
  const ttlOf = (request: { expires_at?: string }) =>
    Math.min(
      Math.floor(clock.ms / 1000) + RETENTION_SECONDS,
      request.expires_at ? Math.ceil(Date.parse(request.expires_at) / 1000) : Number.POSITIVE_INFINITY,
    );
  return {
    /** As `deliver` files it: never at or below what the user has read or cleared already. */
    async arrive(userId: string, requestId: string, options: ArrivalOptions = {}) {
      const request = asRequest(options);
      const { watermarks, cleared_before: clearedBefore } = await deps.recipients.load(userId, { consistent: true });
      const mark = [unreadFloor(watermarks), clearedBefore].sort().at(-1)!;
      const own = notificationId(clock.ms, requestId, userId);
      const id = own > mark ? own : notificationId(timeOf(mark) + 1, requestId, userId);
      await deps.inbox.put(userId, newNotification(id, request, clock.ms, undefined), ttlOf(request));
      return { id, ...request };
    },
    async broadcast(requestId: string, options: ArrivalOptions & { atMs?: number } = {}) {
      const request = asRequest(options);
      const id = notificationId(options.atMs ?? clock.ms, requestId, EVERYONE);
      await deps.broadcasts.put(newNotification(id, request, clock.ms, undefined), ttlOf(request));
      return { id, ...request };
    },
  };
}
