// A request whose time has come, brought to its audience: one user, many users, a topic, or everyone.
import type { NotificationRequest } from '../../../protocol/request.ts';
import type { NotificationFrame } from '../../../protocol/server-frame.ts';
import { GLOBAL_TOPIC, walTopic } from '../../../protocol/topic.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { channelsOf } from '../model/channels.ts';
import { hasExpired } from '../model/expiry.ts';
import { notificationId } from '../model/notification-id.ts';
import { newNotification, type StoredNotification, toNotification } from '../model/stored-notification.ts';
import { broadcastPush } from '../push/push-content.ts';
import { requestTtlSeconds } from '../schedule/request-ttl.ts';
import { segmentsOf } from '../sockets/segments.ts';
import type { Batch } from './batch.ts';
import { type DeliverDeps, deliver, deliverLive, eventFrame } from './deliver.ts';
import type { Deps } from './ports.ts';
import { type StartFanOutDeps, startFanOut } from './start-fan-out.ts';

export type AudienceDeps = DeliverDeps & StartFanOutDeps & Pick<Deps, 'requests' | 'push'>;

export interface DueRequest {
  requestId: string;
  acceptedAtMs: number;
  request: NotificationRequest;
  isRedelivery: boolean;
}

export async function deliverToAudience(deps: AudienceDeps, batch: Batch, due: DueRequest): Promise<void> {
  const { request, requestId, acceptedAtMs } = due;
  if (request.topic !== undefined) return fanOutTopic(deps, request.topic, due);
  if (request.user_id === EVERYONE) return deliverToEveryone(deps, batch, due);
  if (request.user_id !== undefined) return deliver(deps, batch, { ...due, userId: request.user_id });
  const { user_ids: userIds = [], ...shared } = request;
  await deps.tasks.send(
    [...new Set(userIds)].map((userId) => ({
      task: 'deliver',
      request_id: requestId,
      accepted_at_ms: acceptedAtMs,
      user_id: userId,
      request: shared,
    })),
  );
}

/** Stored once for all, each inbox merges it by time; pushed once to the topic that every device is subscribed to. */
async function deliverToEveryone(deps: AudienceDeps, batch: Batch, due: DueRequest): Promise<void> {
  const { request, acceptedAtMs } = due;
  const nowMs = deps.clock.now();
  if (hasExpired(request, nowMs)) return deps.metrics.count('expired');
  if (!request.store) return fanOutTopic(deps, GLOBAL_TOPIC, due);
  const item = newNotification(await broadcastId(deps, due, nowMs), request, acceptedAtMs, nowMs);
  const outcome = await deps.broadcasts.put(item, batch.ttlSeconds(request, nowMs));
  // The same moment: our own write, applied though its answer was lost, found by the SDK's second try.
  const isOurs = outcome === 'created' || outcome.sent_at === item.sent_at;
  if (!isOurs && !due.isRedelivery) return deps.metrics.count('duplicate');
  if (isOurs) deps.metrics.count('stored');
  const stored = outcome === 'created' ? item : outcome;
  await startFanOut(deps, {
    id: stored.id,
    segments: segmentsOf(GLOBAL_TOPIC),
    content: { frame: broadcastFrame(stored), ...wantedBy(request) },
    isTracked: true,
  });
  if (!deps.push.isConfigured() || stored.pushed_at !== undefined) return;
  await deps.push.toEveryone(broadcastPush(stored, nowMs));
  deps.metrics.count('pushed');
  await deps.deliveryState.markBroadcastPushed(stored.id, new Date(nowMs).toISOString());
}

/** Our choice, above what the way through bus and queue takes. */
const LATE_MS = 1_000;

/**
 * The id the request makes. After a failed try some users may have read or cleared everything up to a newer one meanwhile, so what
 * is late and not stored yet is filed under the moment it comes: it must not be born read or hidden.
 */
async function broadcastId(deps: AudienceDeps, due: DueRequest, nowMs: number): Promise<string> {
  const id = notificationId(timeOf(due), due.requestId, EVERYONE);
  if (nowMs - timeOf(due) <= LATE_MS || (await deps.broadcasts.get(id)) !== undefined) return id;
  // Remembered, so that the same request makes the same id when it comes once more.
  const filed = { event_id: due.requestId, accepted_at_ms: nowMs };
  const first = await deps.requests.remember(`late:${id}`, filed, requestTtlSeconds(nowMs));
  return notificationId(first.accepted_at_ms, due.requestId, EVERYONE);
}

async function fanOutTopic(deps: AudienceDeps, topic: string, due: DueRequest): Promise<void> {
  const nowMs = deps.clock.now();
  if (hasExpired(due.request, nowMs)) return deps.metrics.count('expired');
  // The same request makes the same id: a second try goes on where the first one stopped, and clients show it once.
  const id = notificationId(timeOf(due), due.requestId, topic);
  const frame = eventFrame(id, topic, due.request);
  const owner = ownerOf(topic);
  if (owner !== undefined) {
    const recipient = await deps.recipients.load(owner);
    return deliverLive(deps, owner, channelsOf(recipient, due.request, nowMs).sockets, frame);
  }
  await startFanOut(deps, { id, segments: segmentsOf(topic), content: { frame, ...wantedBy(due.request) } });
}

/** Identical for all: whose it is, whether it was read and how many are unread differ, so a client knows them by itself. */
export function broadcastFrame(stored: StoredNotification): NotificationFrame {
  return { type: 'notification', notification: toNotification(stored, EVERYONE, []) };
}

function wantedBy({ notification_type, priority, expires_at }: NotificationRequest) {
  return { notification_type, priority, ...(expires_at !== undefined && { expires_at }) };
}

/** Every connection has the `wal:` topic of its own user, so that its subscribers are that user's connections. */
function ownerOf(topic: string): string | undefined {
  const prefix = walTopic('');
  return topic.startsWith(prefix) ? topic.slice(prefix.length) : undefined;
}

function timeOf({ acceptedAtMs, request }: DueRequest): number {
  return Math.max(acceptedAtMs, request.deliver_at === undefined ? 0 : Date.parse(request.deliver_at));
}
