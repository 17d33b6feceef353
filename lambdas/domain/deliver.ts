// Delivery of one request to one user: write the plan, act, write again only when reality differs.
import { UNREAD_COUNT_MAX } from '../../protocol/limits.ts';
import type { NotificationRequest } from '../../protocol/request.ts';
import type { ServerFrame } from '../../protocol/server-frame.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import type { Batch } from './batch.ts';
import type { Deps } from './deps.ts';
import { idTimeMs, notificationId } from './notification-id.ts';
import type { Connection, Recipient } from './recipient.ts';
import { DeliveryFailed, sendToConnections } from './send-to-connections.ts';
import { newNotification, type StoredNotification, toNotification } from './stored-notification.ts';
import { countUnread } from './unread-count.ts';
import { unreadFloor } from './watermark.ts';

export interface Delivery {
  requestId: string;
  acceptedAtMs: number;
  userId: string;
  request: NotificationRequest;
  /** This queue message was handed out before: an earlier attempt broke off somewhere. */
  isRedelivery: boolean;
}

type DeliverDeps = Pick<
  Deps,
  'clock' | 'log' | 'metrics' | 'recipients' | 'connections' | 'inbox' | 'broadcasts' | 'sender'
>;

/** Throws DeliveryFailed when a socket refused the frame for now; the row then says which, and why. */
export async function deliver(deps: DeliverDeps, batch: Batch, delivery: Delivery): Promise<void> {
  const { userId, request } = delivery;
  const recipient = await deps.recipients.load(userId);
  if (!request.store) return deliverLive(deps, recipient, request);
  if (isExpired(request, deps.clock.now())) return deps.metrics.count('expired');

  const nowMs = deps.clock.now();
  const id = await unreadableId(deps, recipient, delivery);
  const connections = recipient.connections;
  const planned = newNotification(id, request, delivery.acceptedAtMs, connections.length > 0 ? nowMs : undefined);
  const outcome = await deps.inbox.put(userId, planned, batch.ttlSeconds(request, nowMs));
  if (outcome !== 'created' && !delivery.isRedelivery) return deps.metrics.count('duplicate');
  deps.metrics.count('stored');

  const stored = outcome === 'created' ? planned : outcome;
  const targets = stillToServe(stored, connections);
  if (targets.length === 0) return settle(deps, userId, stored, 'left_in_inbox');
  const frame: ServerFrame = {
    type: 'notification',
    notification: toNotification({ ...stored, sent_at: toTimestamp(nowMs) }, userId, recipient.watermarks),
    unread_count: await countAfter(deps, batch, recipient, id),
  };
  const result = await sendToConnections(deps, targets, frame);
  if (result.sent > 0) deps.metrics.latency(deps.clock.now() - Math.max(delivery.acceptedAtMs, idTimeMs(id)));
  if (result.failed.length > 0) {
    await deps.inbox.update(userId, id, {
      is_unprocessed: true,
      error_count: (stored.error_count ?? 0) + 1,
      last_error: result.failed[0]!.reason,
      pending_connections: result.failed.map((failure) => failure.connection_id),
      sent_at: result.sent > 0 ? toTimestamp(nowMs) : undefined,
      updated_at: toTimestamp(nowMs),
    });
    throw new DeliveryFailed(result.failed[0]!.reason, { userId, notificationId: id });
  }
  await settle(deps, userId, stored, result.sent > 0 ? 'delivered_by_socket' : 'left_in_inbox', nowMs);
}

/** A live-only request leaves no trace: whoever is connected sees it, nobody else ever does. */
async function deliverLive(deps: DeliverDeps, recipient: Recipient, request: NotificationRequest): Promise<void> {
  if (isExpired(request, deps.clock.now())) return deps.metrics.count('expired');
  const result = await sendToConnections(deps, recipient.connections, eventFrame('notifications', request));
  // With one socket served, a second try would show it the signal twice; with none, the queue tries again.
  if (result.failed.length > 0 && result.sent === 0) {
    throw new DeliveryFailed(result.failed[0]!.reason, { userId: recipient.user_id });
  }
}

export function eventFrame(topic: string, request: NotificationRequest) {
  return {
    type: 'event' as const,
    topic,
    event_type: request.notification_type,
    payload: request.payload,
    ...(request.title !== undefined && { title: request.title }),
    ...(request.message !== undefined && { message: request.message }),
  };
}

export function isExpired(request: NotificationRequest, nowMs: number): boolean {
  return request.expires_at !== undefined && Date.parse(request.expires_at) <= nowMs;
}

/**
 * The id the request makes. One that comes so late that the user has since cleared or read everything up to a newer id is
 * filed right after that mark: it must not be born read or hidden.
 */
async function unreadableId(deps: DeliverDeps, recipient: Recipient, delivery: Delivery): Promise<string> {
  const { requestId, userId, request, acceptedAtMs } = delivery;
  const id = notificationId(Math.max(acceptedAtMs, deliverAtMs(request)), requestId, userId);
  const readBefore = unreadFloor(recipient.watermarks);
  const mark = readBefore > recipient.cleared_before ? readBefore : recipient.cleared_before;
  if (id > mark) return id;
  if ((await deps.inbox.get(userId, id)) !== undefined) return id;
  return notificationId(idTimeMs(mark) + 1, requestId, userId);
}

function deliverAtMs(request: NotificationRequest): number {
  return request.deliver_at === undefined ? 0 : Date.parse(request.deliver_at);
}

/** After an orderly failure only the sockets that refused; otherwise every one. */
function stillToServe(stored: StoredNotification, connections: readonly Connection[]): Connection[] {
  if (!stored.is_unprocessed || stored.pending_connections === undefined) return [...connections];
  return connections.filter((connection) => stored.pending_connections!.includes(connection.connection_id));
}

/** An eventual read may not show this very row yet, nor those that this batch stored a moment ago: they are added here. */
async function countAfter(deps: DeliverDeps, batch: Batch, recipient: Recipient, id: string): Promise<number> {
  const floor = unreadFloor(recipient.watermarks);
  const [keys, broadcasts] = await Promise.all([
    deps.inbox.unreadKeys(recipient.user_id, floor, UNREAD_COUNT_MAX),
    batch.broadcastKeys(),
  ]);
  const known = new Set(keys.map((key) => key.id));
  const fresh = batch.justStored(recipient.user_id, id).filter((storedId) => !known.has(storedId));
  const all = [...keys, ...fresh.map((storedId) => ({ id: storedId, unread_key: storedId }))];
  return countUnread(recipient, all, broadcasts.filter((key) => key.id > floor), deps.clock.now());
}

/** Writes only where the row does not already say what happened. */
async function settle(
  deps: DeliverDeps,
  userId: string,
  stored: StoredNotification,
  outcome: 'delivered_by_socket' | 'left_in_inbox',
  sentAtMs?: number,
): Promise<void> {
  deps.metrics.count(outcome);
  const sentAt = outcome === 'delivered_by_socket' ? (stored.sent_at ?? toTimestamp(sentAtMs!)) : undefined;
  if (stored.sent_at === sentAt && !stored.is_unprocessed) return;
  // Pending sockets that have closed meanwhile take nothing back from those that had the frame.
  const kept = stored.is_unprocessed ? (stored.sent_at ?? sentAt) : sentAt;
  await deps.inbox.update(userId, stored.id, {
    sent_at: kept,
    is_unprocessed: undefined,
    pending_connections: undefined,
    updated_at: toTimestamp(deps.clock.now()),
  });
}
