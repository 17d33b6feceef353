// A request whose time has come, brought to its audience: one user, many users, a topic, or everyone.
import type { NotificationRequest } from '../../../protocol/request.ts';
import { GLOBAL_TOPIC, NOTIFICATIONS_TOPIC, walTopic } from '../../../protocol/topic.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { channelsOf } from '../model/channels.ts';
import { hasExpired } from '../model/expiry.ts';
import { file } from '../model/filing.ts';
import { notificationId } from '../model/notification-id.ts';
import { newNotification } from '../model/stored-notification.ts';
import { type RequestKey, seedOf } from '../schedule/request-key.ts';
import type { Batch } from './batch.ts';
import { type DeliverDeps, deliver, deliverLive, dueAtMs, eventFrame } from './deliver.ts';
import { deliverToUsers } from './deliver-to-users.ts';
import type { Deps, FanoutTask } from './ports.ts';
import { pushToEveryone } from './push-to-everyone.ts';

export type AudienceDeps = DeliverDeps & Pick<Deps, 'requests' | 'bulk' | 'subscriptions' | 'fanout' | 'push'>;

export interface DueRequest {
  key: RequestKey;
  acceptedAtMs: number;
  request: NotificationRequest;
  isRedelivery: boolean;
}

export async function deliverToAudience(deps: AudienceDeps, batch: Batch, due: DueRequest): Promise<void> {
  const { request } = due;
  if (request.topic !== undefined) return fanOutTopic(deps, request.topic, due);
  if (request.user_id === EVERYONE) return deliverToEveryone(deps, batch, due);
  if (request.user_id !== undefined)
    return deliver(deps, batch, { ...due, requestId: seedOf(due.key), userId: request.user_id });
  return deliverToUsers(deps, due);
}

/** Stored once for all, each inbox merges it by time; pushed once to the topic that every device is subscribed to. */
async function deliverToEveryone(deps: AudienceDeps, batch: Batch, due: DueRequest): Promise<void> {
  const { request, acceptedAtMs } = due;
  const nowMs = deps.clock.now();
  if (hasExpired(request, nowMs)) return deps.metrics.count('expired');
  if (!request.store) return fanOutTopic(deps, GLOBAL_TOPIC, due);
  const ttlSeconds = batch.ttlSeconds(request, nowMs);
  const { planned: item, outcome } = await file(
    {
      put: (planned) => deps.broadcasts.put(planned, ttlSeconds),
      refile: (id, filedAtMs) => deps.broadcasts.refile(id, filedAtMs, ttlSeconds),
    },
    deps.clock,
    { dueAtMs: dueAtMs(due), requestId: seedOf(due.key), userId: EVERYONE },
    (id) => newNotification(id, request, acceptedAtMs, nowMs),
  );
  if (outcome !== 'created' && !due.isRedelivery) return deps.metrics.count('duplicate');
  if (outcome === 'created') deps.metrics.count('stored');
  const stored = outcome === 'created' ? item : outcome;
  await deps.fanout.send(
    deps.subscriptions
      .partitionsOf(GLOBAL_TOPIC)
      .map((partition): FanoutTask => ({ fanout_id: stored.id, partition, content: { broadcast: stored } })),
  );
  await pushToEveryone(deps, stored);
}

async function fanOutTopic(deps: AudienceDeps, topic: string, due: DueRequest): Promise<void> {
  const nowMs = deps.clock.now();
  if (hasExpired(due.request, nowMs)) return deps.metrics.count('expired');
  // The same request makes the same id, so that a second try goes on where the first one's checkpoints ended.
  const fanoutId = notificationId(dueAtMs(due), seedOf(due.key), topic);
  const event = eventFrame(topic, due.request, fanoutId);
  const owner = ownerOf(topic);
  if (owner !== undefined) {
    const recipient = await deps.recipients.load(owner);
    return deliverLive(deps, owner, channelsOf(recipient, due.request, nowMs).sockets, event);
  }
  const partitions = deps.subscriptions.partitionsOf(EVERYONES_TOPICS.includes(topic) ? GLOBAL_TOPIC : topic);
  await deps.fanout.send(partitions.map((partition) => ({ fanout_id: fanoutId, partition, content: { event } })));
}

/** Every connection has them, so that their subscribers are all there are. */
const EVERYONES_TOPICS = [GLOBAL_TOPIC, NOTIFICATIONS_TOPIC];

/** Every connection has the `wal:` topic of its own user, so that its subscribers are that user's connections. */
function ownerOf(topic: string): string | undefined {
  const prefix = walTopic('');
  return topic.startsWith(prefix) ? topic.slice(prefix.length) : undefined;
}
