// One message of the dispatch queue, from its text to what was done about it.
import { type ParsedEvent, parseEvent } from '../../protocol/event.ts';
import { checkAcknowledged } from './delivery/ack-check.ts';
import type { Batch } from './delivery/batch.ts';
import { deliver } from './delivery/deliver.ts';
import { type AudienceDeps, deliverToAudience } from './delivery/deliver-to-audience.ts';
import { pushHeldBack } from './delivery/held-push.ts';
import type { Deps } from './delivery/ports.ts';
import { recall } from './delivery/recall.ts';
import { continueRollout } from './delivery/rollout.ts';
import { wakeRequest } from './delivery/wake-request.ts';
import { pruneEndpoint } from './push/prune-device.ts';
import { cancelRequest, parkRequest } from './schedule/park-request.ts';
import { requestTtlSeconds } from './schedule/request-ttl.ts';
import { sendLater, WAIT_MAX_MS } from './schedule/send-later.ts';
import { isTimed, parseTask, type Task } from './schedule/task.ts';
import { closeSocket, logOut } from './sockets/close-sockets.ts';

export interface QueueMessage {
  id: string;
  body: string;
  /** When the queue first took it in. */
  sentAtMs: number;
  /** An earlier attempt broke off somewhere, or it comes back from the dead-letter queue. */
  isRedelivery: boolean;
}

export type DispatchDeps = AudienceDeps & Pick<Deps, 'rejected' | 'closer' | 'wait'>;

type Requested = Extract<ParsedEvent, { type: 'notification.requested' }>;

/** Throws when it is to be tried again. */
export async function dispatchMessage(deps: DispatchDeps, batch: Batch, message: QueueMessage): Promise<void> {
  const task = parseTask(message.body);
  if (task) return carryOut(deps, batch, task, message);
  const endpointArn = deps.push.reportedEndpoint(message.body);
  if (endpointArn !== undefined) return pruneEndpoint(deps, endpointArn);

  const parsed = parseEvent(message.body);
  if ('rejection' in parsed) {
    await deps.rejected.send(message.body, parsed.rejection);
    deps.metrics.count('rejected');
    deps.log.info('event rejected', { field: parsed.rejection.field, reason: parsed.rejection.reason });
    return;
  }
  const { event } = parsed;
  const acceptedAtMs = event.acceptedAtMs ?? message.sentAtMs;
  switch (event.type) {
    case 'notification.requested':
      deps.metrics.count('accepted');
      return dispatchRequest(deps, batch, event, acceptedAtMs, message.isRedelivery);
    case 'notification.cancelled':
      return cancelRequest(deps, event.id, acceptedAtMs);
    case 'notification.recalled':
      return recallRequest(deps, event.id, event.userId, acceptedAtMs);
    case 'user.logged_out':
      return logOut(deps, event.userId, acceptedAtMs);
  }
}

async function carryOut(deps: DispatchDeps, batch: Batch, task: Task, message: QueueMessage): Promise<void> {
  if (isTimed(task)) {
    const earlyMs = task.due_at_ms - deps.clock.now();
    if (earlyMs > WAIT_MAX_MS) return sendLater(deps, task);
    if (earlyMs > 0) await deps.wait(earlyMs);
  }
  const { isRedelivery } = message;
  switch (task.task) {
    case 'deliver':
      return deliver(deps, batch, {
        requestId: task.request_id,
        acceptedAtMs: task.accepted_at_ms,
        userId: task.user_id,
        request: task.request,
        isRedelivery,
      });
    case 'wake':
      return wakeRequest(deps, batch, task, message);
    case 'ack_check':
      return checkAcknowledged(deps, task, isRedelivery);
    case 'push':
      return pushHeldBack(deps, task, isRedelivery);
    case 'rollout':
      return continueRollout(deps, task);
    case 'close':
      return closeSocket(deps, task);
  }
}

/** What is still parked is cancelled, what was delivered is removed: the two may be under way at the same time. */
async function recallRequest(
  deps: DispatchDeps,
  id: string,
  userId: string | undefined,
  acceptedAtMs: number,
): Promise<void> {
  await cancelRequest(deps, id, acceptedAtMs);
  await recall(deps, id, userId);
}

async function dispatchRequest(
  deps: DispatchDeps,
  batch: Batch,
  { eventId, request }: Requested,
  acceptedAtMs: number,
  isRedelivery: boolean,
): Promise<void> {
  const requestId = request.id ?? eventId;
  const nowMs = deps.clock.now();
  const seen = { event_id: eventId, accepted_at_ms: acceptedAtMs };
  const deliverAtMs = request.deliver_at === undefined ? 0 : Date.parse(request.deliver_at);
  const aheadMs = deliverAtMs - nowMs;
  if (aheadMs > WAIT_MAX_MS) return parkRequest(deps, requestId, request, seen);
  // Its time came while the event was on its way: it may have been parked by an earlier attempt.
  const wasScheduled = deliverAtMs > acceptedAtMs;
  if (request.id !== undefined || wasScheduled) {
    const known = await deps.requests.remember(requestId, seen, requestTtlSeconds(nowMs));
    if (known.state === 'cancelled') return deps.metrics.count('cancelled');
    if (known.state === 'parked' && known.event_id === eventId) {
      const { accepted_at_ms, deliver_at_ms: dueAtMs = nowMs } = known;
      return sendLater(deps, { task: 'wake', request_id: requestId, accepted_at_ms, due_at_ms: dueAtMs });
    }
    const isRepeat = known.event_id !== eventId;
    if (known.state !== undefined || (isRepeat && !request.store)) return deps.metrics.count('duplicate');
    acceptedAtMs = known.accepted_at_ms;
  }
  if (aheadMs > 0) await deps.wait(aheadMs);
  await deliverToAudience(deps, batch, { requestId, acceptedAtMs, request, isRedelivery });
}
