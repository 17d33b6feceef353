// One message of the dispatch queue, from its text to what was done about it.
import { type ParsedEvent, parseEvent } from '../../protocol/event.ts';
import { GLOBAL_TOPIC } from '../../protocol/topic.ts';
import { EVERYONE } from '../../protocol/user-id.ts';
import type { Batch } from './batch.ts';
import { deliver, eventFrame, isExpired } from './deliver.ts';
import type { Deps, FanoutTask } from './deps.ts';
import { notificationId } from './notification-id.ts';
import { newNotification } from './stored-notification.ts';
import { parseTask } from './task.ts';
import { globalPartitions, topicPartition } from './topic-partition.ts';

export interface QueueMessage {
  body: string;
  /** When the queue first took it in. */
  sentAtMs: number;
  receiveCount: number;
}

export type DispatchDeps = Pick<
  Deps,
  | 'clock'
  | 'log'
  | 'metrics'
  | 'recipients'
  | 'connections'
  | 'inbox'
  | 'broadcasts'
  | 'requests'
  | 'sender'
  | 'tasks'
  | 'rejected'
  | 'fanout'
>;

type Requested = Extract<ParsedEvent, { type: 'notification.requested' }>;

/** A producer's own id is remembered this long (our choice): a repeat comes within minutes, at most days. */
const REQUEST_ID_TTL_SECONDS = 14 * 24 * 60 * 60;

/** Throws when it is to be tried again. */
export async function dispatchMessage(deps: DispatchDeps, batch: Batch, message: QueueMessage): Promise<void> {
  const isRedelivery = message.receiveCount > 1;
  const task = parseTask(message.body);
  if (task) {
    return deliver(deps, batch, {
      requestId: task.request_id,
      acceptedAtMs: task.accepted_at_ms,
      userId: task.user_id,
      request: task.request,
      isRedelivery,
    });
  }
  const parsed = parseEvent(message.body);
  if ('rejection' in parsed) {
    await deps.rejected.send(message.body, parsed.rejection);
    deps.metrics.count('rejected');
    deps.log.info('event rejected', { field: parsed.rejection.field, reason: parsed.rejection.reason });
    return;
  }
  const { event } = parsed;
  switch (event.type) {
    case 'notification.requested':
      deps.metrics.count('accepted');
      return dispatchRequest(deps, batch, event, event.acceptedAtMs ?? message.sentAtMs, isRedelivery);
    case 'notification.cancelled':
    case 'user.logged_out':
      throw new Error(`${event.type} is not carried out yet`);
  }
}

async function dispatchRequest(deps: DispatchDeps, batch: Batch, event: Requested, acceptedAtMs: number, isRedelivery: boolean) {
  const { request } = event;
  const requestId = request.id ?? event.eventId;
  if (request.id !== undefined) {
    const nowSeconds = Math.floor(deps.clock.now() / 1000);
    const seen = await deps.requests.remember(
      request.id,
      { event_id: event.eventId, accepted_at_ms: acceptedAtMs },
      nowSeconds + REQUEST_ID_TTL_SECONDS,
    );
    if (seen.event_id !== event.eventId && !request.store) return deps.metrics.count('duplicate');
    acceptedAtMs = seen.accepted_at_ms;
  }
  if (request.topic !== undefined) return fanOutTopic(deps, request.topic, requestId, event);
  if (request.user_id === EVERYONE) return dispatchToEveryone(deps, batch, requestId, event, acceptedAtMs, isRedelivery);
  if (request.user_id !== undefined) {
    return deliver(deps, batch, { requestId, acceptedAtMs, userId: request.user_id, request, isRedelivery });
  }
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

/** Stored once for all; each inbox merges it by time. */
async function dispatchToEveryone(
  deps: DispatchDeps,
  batch: Batch,
  requestId: string,
  event: Requested,
  acceptedAtMs: number,
  isRedelivery: boolean,
): Promise<void> {
  const { request } = event;
  const nowMs = deps.clock.now();
  if (isExpired(request, nowMs)) return deps.metrics.count('expired');
  if (!request.store) return fanOutTopic(deps, GLOBAL_TOPIC, requestId, event);
  const timeMs = Math.max(acceptedAtMs, request.deliver_at === undefined ? 0 : Date.parse(request.deliver_at));
  const item = newNotification(notificationId(timeMs, requestId, EVERYONE), request, acceptedAtMs, nowMs);
  const outcome = await deps.broadcasts.put(item, batch.ttlSeconds(request, nowMs));
  if (outcome !== 'created' && !isRedelivery) return deps.metrics.count('duplicate');
  deps.metrics.count('stored');
  const stored = outcome === 'created' ? item : outcome;
  await deps.fanout.send(
    globalPartitions().map((partition): FanoutTask => ({ fanout_id: stored.id, partition, content: { broadcast: stored } })),
  );
}

async function fanOutTopic(deps: DispatchDeps, topic: string, requestId: string, event: Requested): Promise<void> {
  if (isExpired(event.request, deps.clock.now())) return deps.metrics.count('expired');
  const partitions = topic === GLOBAL_TOPIC ? globalPartitions() : [topicPartition(topic)];
  const content = { event: eventFrame(topic, event.request) };
  const fanoutId = notificationId(deps.clock.now(), requestId, topic);
  await deps.fanout.send(partitions.map((partition) => ({ fanout_id: fanoutId, partition, content })));
}

