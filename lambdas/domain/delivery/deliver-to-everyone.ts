// A notification to everyone: stored once for all, each inbox merges it by time; pushed once to the topic of every
// device.
import type { NotificationFrame } from '../../../protocol/server-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { canaryEnd } from '../model/broadcast-view.ts';
import { hasExpired } from '../model/expiry.ts';
import { file } from '../model/filing.ts';
import { newNotification, type StoredNotification, toNotification } from '../model/stored-notification.ts';
import { HASH_SPACE } from '../model/user-hash.ts';
import { seedOf } from '../schedule/request-key.ts';
import { sendLater } from '../schedule/send-later.ts';
import { segmentsOf } from '../sockets/segments.ts';
import type { Batch } from './batch.ts';
import type { DeliveryOutcome, DueRequest } from './due-request.ts';
import { fanoutContent } from './fan-out-task.ts';
import type { Deps } from './ports.ts';
import { pushToEveryone } from './push-to-everyone.ts';
import { type StartFanOutDeps, startFanOut } from './start-fan-out.ts';

export type EveryoneDeps = StartFanOutDeps &
  Pick<Deps, 'broadcasts' | 'push' | 'deliveryState' | 'tasks' | 'schedules'>;

const MINUTE_MS = 60_000;

export async function deliverToEveryone(
  deps: EveryoneDeps,
  batch: Batch,
  { key, acceptedAtMs, request, isRedelivery }: DueRequest,
  dueAtMs: number,
): Promise<DeliveryOutcome> {
  const nowMs = deps.clock.now();
  if (hasExpired(request, nowMs)) {
    deps.metrics.count('expired');
    return 'done';
  }
  const ttlSeconds = batch.ttlSeconds(request, nowMs);
  const { planned, outcome } = await file(
    {
      async put(item) {
        // Before it is stored: who recalls it by the request finds it as soon as anybody can see it.
        await deps.broadcasts.nameRequest(seedOf(key), item.id, ttlSeconds);
        return deps.broadcasts.put(item, ttlSeconds);
      },
      refile: (id, filedAtMs) => deps.broadcasts.refile(id, filedAtMs, ttlSeconds),
    },
    deps.clock,
    { dueAtMs, requestId: seedOf(key), userId: EVERYONE },
    (id) => withRollout(newNotification(id, request, acceptedAtMs, nowMs), request.rollout, nowMs),
  );
  if (outcome !== 'created' && !isRedelivery) {
    deps.metrics.count('duplicate');
    return 'duplicate';
  }
  if (outcome === 'created') deps.metrics.count('stored');
  await begin(deps, outcome === 'created' ? planned : outcome);
  return 'done';
}

/** All of it, or the first part of its rollout. */
async function begin(deps: EveryoneDeps, stored: StoredNotification): Promise<void> {
  if (stored.recalled_at !== undefined) return;
  if (stored.rollout === undefined) return sendBroadcast(deps, stored, 0, HASH_SPACE);
  if (stored.rollout.state !== 'waiting') return;
  await fanOutTo(deps, stored, 0, canaryEnd(stored.rollout.percent));
  const resumesAtMs = Date.parse(stored.rollout.resumes_at);
  await sendLater(deps, { task: 'rollout', broadcast_id: stored.id, due_at_ms: resumesAtMs });
}

/** To the sockets of the users whose hash is in the range, and to every device. */
export async function sendBroadcast(
  deps: EveryoneDeps,
  stored: StoredNotification,
  low: number,
  high: number,
): Promise<void> {
  await fanOutTo(deps, stored, low, high);
  await pushToEveryone(deps, stored);
}

function fanOutTo(deps: EveryoneDeps, stored: StoredNotification, low: number, high: number): Promise<void> {
  return startFanOut(deps, {
    id: stored.id,
    segments: segmentsOf(GLOBAL_TOPIC, low, high),
    content: fanoutContent(broadcastFrame(stored), { ...stored, topic: GLOBAL_TOPIC }),
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
