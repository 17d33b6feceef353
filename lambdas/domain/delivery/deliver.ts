// Delivery of one request to one user: write the plan, act, write again only when reality differs.
import { UNREAD_COUNT_MAX } from '../../../protocol/limits.ts';
import type { NotificationRequest } from '../../../protocol/request.ts';
import type { EventFrame, ServerFrame } from '../../../protocol/server-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { NOTIFICATIONS_TOPIC } from '../../../protocol/topic.ts';
import type { UnreadKey } from '../inbox/ports.ts';
import { countUnread } from '../inbox/unread-count.ts';
import { type Channels, channelsOf } from '../model/channels.ts';
import { hasExpired } from '../model/expiry.ts';
import { idTimeMs, notificationId } from '../model/notification-id.ts';
import type { Connection, Recipient } from '../model/recipient.ts';
import { isSeen } from '../model/seen.ts';
import { newNotification, type StoredNotification, toNotification } from '../model/stored-notification.ts';
import { unreadFloor } from '../model/watermark.ts';
import { userPush } from '../push/push-content.ts';
import { type PushResult, pushToDevices } from '../push/push-to-devices.ts';
import { requestTtlSeconds } from '../schedule/request-ttl.ts';
import { sendLater } from '../schedule/send-later.ts';
import { DeliveryFailed, sendToConnections } from '../sockets/send-to-connections.ts';
import { ackCheck } from './ack-check.ts';
import type { Batch } from './batch.ts';
import { leaveUnsent, recordOutcome, settle } from './delivery-outcome.ts';
import type { Deps } from './ports.ts';
import { isOverRate } from './sender-rate.ts';

export interface Delivery {
  requestId: string;
  acceptedAtMs: number;
  userId: string;
  request: NotificationRequest;
  /** This queue message was handed out before: an earlier attempt broke off somewhere. */
  isRedelivery: boolean;
}

export type DeliverDeps = Pick<
  Deps,
  | 'clock'
  | 'log'
  | 'metrics'
  | 'recipients'
  | 'connections'
  | 'inbox'
  | 'requests'
  | 'deliveryState'
  | 'rateSlots'
  | 'broadcasts'
  | 'sender'
  | 'tasks'
  | 'schedules'
  | 'devices'
  | 'push'
>;

/** Throws DeliveryFailed when a socket or a provider refused for now; the row then says which, and why. */
export async function deliver(deps: DeliverDeps, batch: Batch, delivery: Delivery): Promise<void> {
  const { userId, request } = delivery;
  const recipient = await deps.recipients.load(userId);
  const nowMs = deps.clock.now();
  if (hasExpired(request, nowMs)) return deps.metrics.count('expired');
  const channels = channelsOf(recipient, request, nowMs);
  if (channels.isMuted) deps.metrics.count('muted');
  if (!request.store) {
    const signalId = notificationId(delivery.acceptedAtMs, delivery.requestId, userId);
    return deliverLive(deps, userId, channels.sockets, eventFrame(signalId, NOTIFICATIONS_TOPIC, request));
  }

  const id = await unreadableId(deps, recipient, delivery);
  const planned = newNotification(id, request, delivery.acceptedAtMs, isReachable(channels) ? nowMs : undefined);
  const outcome = await deps.inbox.put(userId, planned, batch.ttlSeconds(request, nowMs));
  if (outcome === 'created') deps.metrics.count('stored');
  else if (!goesOn(delivery, planned, outcome, channels)) return deps.metrics.count('duplicate');

  const stored = outcome === 'created' ? planned : outcome;
  const open = stillOpen(stored, channels);
  if (isSeen(stored, recipient)) return settle(deps, userId, stored, stored.sent_at !== undefined);
  if (open.sockets.length === 0 && open.devices.length === 0) return settle(deps, userId, stored, open.wasServed);
  const { unreadCount, keys } = await lookAtInbox(deps, batch, recipient, id);
  if (!channels.isCritical && (await isOverRate(deps, userId, stored, keys))) return leaveUnsent(deps, userId, stored);

  const frame: ServerFrame = {
    type: 'notification',
    notification: toNotification({ ...stored, sent_at: toTimestamp(nowMs) }, userId, recipient.watermarks),
    unread_count: unreadCount,
  };
  const sent = await sendToConnections(deps, open.sockets, frame);
  if (sent.sent > 0) deps.metrics.latency(deps.clock.now() - Math.max(delivery.acceptedAtMs, idTimeMs(id)));
  if (sent.sent > 0 && stored.requires_ack) await deps.tasks.send(...ackCheck(userId, id, 1));
  const isOffline = sent.sent === 0 && sent.failed.length === 0 && (!open.wasServed || open.isPushUnfinished);
  const pushed = isOffline || channels.isCritical ? await push(deps, userId, stored, open, unreadCount) : undefined;
  await recordOutcome(deps, userId, stored, sent, pushed, open.wasServed);
}

/** The request was stored before. Is there still something to be done about it, or was it delivered by whoever stored it? */
function goesOn(
  { isRedelivery }: Delivery,
  planned: StoredNotification,
  stored: StoredNotification,
  channels: Channels,
): boolean {
  if (isRedelivery || stored.is_unprocessed === true) return true;
  // Our own write, applied though its answer was lost: the SDK's second try found it.
  if (planned.sent_at !== undefined) return stored.sent_at === planned.sent_at;
  return channels.heldUntilMs !== undefined && stored.sent_at === undefined;
}

const isReachable = ({ sockets, devices, heldUntilMs }: Channels): boolean =>
  sockets.length > 0 || (devices.length > 0 && heldUntilMs === undefined);

interface Open extends Channels {
  /** An earlier attempt reached the user; what is open now is the rest. */
  wasServed: boolean;
  /** Some phones rang, others refused for now: those are left. */
  isPushUnfinished: boolean;
}

/** After an orderly failure only what refused then; otherwise everything. */
function stillOpen(stored: StoredNotification, channels: Channels): Open {
  const { is_unprocessed: isUnprocessed, pending_connections: sockets, pending_devices: devices } = stored;
  const wasServed = isUnprocessed === true && stored.sent_at !== undefined;
  return {
    ...channels,
    wasServed,
    isPushUnfinished: isUnprocessed === true && devices !== undefined && devices.length > 0,
    sockets: wasServed ? channels.sockets.filter(({ connection_id: id }) => sockets?.includes(id)) : channels.sockets,
    devices: isUnprocessed && devices ? channels.devices.filter(({ id }) => devices.includes(id)) : channels.devices,
  };
}

async function push(
  deps: DeliverDeps,
  userId: string,
  stored: StoredNotification,
  { devices, heldUntilMs }: Channels,
  unreadCount: number,
): Promise<PushResult | undefined> {
  if (devices.length === 0) return undefined;
  if (heldUntilMs === undefined)
    return pushToDevices(deps, userId, devices, userPush(stored, unreadCount, deps.clock.now()));
  await sendLater(deps, { task: 'push', user_id: userId, notification_id: stored.id, due_at_ms: heldUntilMs });
  deps.metrics.count('push_held');
  return undefined;
}

/** A live-only request leaves no trace: whoever is connected sees it, nobody else ever does. */
export async function deliverLive(
  deps: DeliverDeps,
  userId: string,
  sockets: Connection[],
  frame: EventFrame,
): Promise<void> {
  const result = await sendToConnections(deps, sockets, frame);
  // With one socket served, a second try would show it the signal twice; with none, the queue tries again.
  if (result.failed.length > 0 && result.sent === 0) throw new DeliveryFailed(result.failed[0]!.reason, { userId });
}

export function eventFrame(id: string, topic: string, request: NotificationRequest): EventFrame {
  return {
    type: 'event',
    id,
    topic,
    event_type: request.notification_type,
    payload: request.payload,
    ...(request.title !== undefined && { title: request.title }),
    ...(request.message !== undefined && { message: request.message }),
  };
}

/**
 * The id the request makes. One that comes so late that the user has since cleared or read everything up to a newer id is
 * filed right after that mark: it must not be born read or hidden.
 */
async function unreadableId(deps: DeliverDeps, recipient: Recipient, delivery: Delivery): Promise<string> {
  const { requestId, userId, request, acceptedAtMs } = delivery;
  const deliverAtMs = request.deliver_at === undefined ? 0 : Date.parse(request.deliver_at);
  const id = notificationId(Math.max(acceptedAtMs, deliverAtMs), requestId, userId);
  const readBefore = unreadFloor(recipient.watermarks);
  const mark = [readBefore, recipient.cleared_before].sort().at(-1)!;
  if (id > mark) return id;
  if ((await deps.inbox.get(userId, id)) !== undefined) return id;
  // Remembered, because the mark may have moved on when the same request comes once more.
  const filed = { event_id: requestId, accepted_at_ms: idTimeMs(mark) + 1 };
  const first = await deps.requests.remember(`late:${id}`, filed, requestTtlSeconds(deps.clock.now()));
  return notificationId(first.accepted_at_ms, requestId, userId);
}

/** An eventual read may not show this very row yet, nor those that this batch stored a moment ago: they are added here. */
async function lookAtInbox(
  deps: DeliverDeps,
  batch: Batch,
  recipient: Recipient,
  id: string,
): Promise<{ unreadCount: number; keys: UnreadKey[] }> {
  const floor = unreadFloor(recipient.watermarks);
  const [found, broadcasts] = await Promise.all([
    deps.inbox.unreadKeys(recipient.user_id, floor, UNREAD_COUNT_MAX),
    batch.broadcastKeys(),
  ]);
  const known = new Set(found.map((key) => key.id));
  const fresh = batch.justStored(recipient.user_id, id).filter((storedId) => !known.has(storedId));
  const keys = [...found, ...fresh.map((storedId) => ({ id: storedId, unread_key: storedId }))];
  const newer = broadcasts.filter((key) => key.id > floor);
  return { unreadCount: countUnread(recipient, keys, newer, deps.clock.now()), keys };
}
