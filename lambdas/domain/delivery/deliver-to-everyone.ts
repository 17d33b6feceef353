// A notification to everyone: stored once for all, each inbox merges it by time; pushed once to the topic of every device.
import type { NotificationFrame } from '../../../protocol/server-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { canaryEnd } from '../model/broadcast-view.ts';
import { notificationId } from '../model/notification-id.ts';
import { newNotification, type StoredNotification, toNotification } from '../model/stored-notification.ts';
import { HASH_SPACE } from '../model/user-hash.ts';
import { broadcastPush } from '../push/push-content.ts';
import { requestTtlSeconds } from '../schedule/request-ttl.ts';
import { sendLater } from '../schedule/send-later.ts';
import { segmentsOf } from '../sockets/segments.ts';
import type { Batch } from './batch.ts';
import type { DueRequest } from './due-request.ts';
import type { Deps } from './ports.ts';
import { type StartFanOutDeps, startFanOut } from './start-fan-out.ts';

export type EveryoneDeps = StartFanOutDeps &
  Pick<Deps, 'broadcasts' | 'requests' | 'push' | 'deliveryState' | 'tasks' | 'schedules'>;

const MINUTE_MS = 60_000;

export async function deliverToEveryone(
  deps: EveryoneDeps,
  batch: Batch,
  due: DueRequest,
  timeMs: number,
): Promise<void> {
  const { request, acceptedAtMs } = due;
  const nowMs = deps.clock.now();
  const id = await broadcastId(deps, due, timeMs, nowMs);
  const item = withRollout(newNotification(id, request, acceptedAtMs, nowMs), request.rollout, nowMs);
  const ttlSeconds = batch.ttlSeconds(request, nowMs);
  // Before it is stored: who recalls it by the request finds it as soon as anybody can see it.
  await deps.broadcasts.nameRequest(due.requestId, id, ttlSeconds);
  const outcome = await deps.broadcasts.put(item, ttlSeconds);
  // The same moment: our own write, applied though its answer was lost, found by the SDK's second try.
  const isOurs = outcome === 'created' || outcome.sent_at === item.sent_at;
  if (!isOurs && !due.isRedelivery) return deps.metrics.count('duplicate');
  if (isOurs) deps.metrics.count('stored');
  const stored = outcome === 'created' ? item : outcome;
  if (stored.recalled_at !== undefined) return;
  if (stored.rollout === undefined) return sendBroadcast(deps, stored, 0, HASH_SPACE);
  if (stored.rollout.state !== 'waiting') return;
  await fanOutTo(deps, stored, 0, canaryEnd(stored.rollout.percent));
  const dueAtMs = Date.parse(stored.rollout.resumes_at);
  await sendLater(deps, { task: 'rollout', broadcast_id: stored.id, due_at_ms: dueAtMs });
}

/** To the sockets of the users whose hash is in the range, and to every device. */
export async function sendBroadcast(
  deps: EveryoneDeps,
  stored: StoredNotification,
  low: number,
  high: number,
): Promise<void> {
  await fanOutTo(deps, stored, low, high);
  if (!deps.push.isConfigured() || stored.pushed_at !== undefined) return;
  const nowMs = deps.clock.now();
  await deps.push.toEveryone(broadcastPush(stored, nowMs));
  deps.metrics.count('pushed');
  await deps.deliveryState.markBroadcastPushed(stored.id, toTimestamp(nowMs));
}

function fanOutTo(deps: EveryoneDeps, stored: StoredNotification, low: number, high: number): Promise<void> {
  const { notification_type, priority, expires_at } = stored;
  return startFanOut(deps, {
    id: stored.id,
    segments: segmentsOf(GLOBAL_TOPIC, low, high),
    content: {
      frame: broadcastFrame(stored),
      notification_type,
      ...(priority !== undefined && { priority }),
      ...(expires_at !== undefined && { expires_at }),
    },
    isTracked: true,
  });
}

/** Identical for all: whose it is, whether it was read and how many are unread is what a client knows by itself. */
export function broadcastFrame(stored: StoredNotification): NotificationFrame {
  return { type: 'notification', notification: toNotification(stored, EVERYONE, []) };
}

function withRollout(
  item: StoredNotification,
  rollout: DueRequest['request']['rollout'],
  nowMs: number,
): StoredNotification {
  if (rollout === undefined) return item;
  const resumesAt = toTimestamp(nowMs + rollout.minutes * MINUTE_MS);
  return {
    ...item,
    canary_percent: rollout.percent,
    rollout: { ...rollout, state: 'waiting', resumes_at: resumesAt },
  };
}

/** Our choice, above what the way through bus and queue takes. */
const LATE_MS = 1_000;

/**
 * The id the request makes. After a failed try some users may have read or cleared everything up to a newer one meanwhile, so what
 * is late and not stored yet is filed under the moment it comes: it must not be read or hidden from the start.
 */
async function broadcastId(deps: EveryoneDeps, due: DueRequest, timeMs: number, nowMs: number): Promise<string> {
  const id = notificationId(timeMs, due.requestId, EVERYONE);
  if (nowMs - timeMs <= LATE_MS || (await deps.broadcasts.get(id)) !== undefined) return id;
  // Remembered, so that the same request makes the same id when it comes once more.
  const filed = { event_id: due.requestId, accepted_at_ms: nowMs };
  const first = await deps.requests.remember(`late:${id}`, filed, requestTtlSeconds(nowMs));
  return notificationId(first.accepted_at_ms, due.requestId, EVERYONE);
}
