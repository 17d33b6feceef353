// One message of the dispatch queue, from its text to what was done about it.
import { type ParsedEvent, parseEvent, type Rejection } from '../../protocol/event.ts';
import { inboxId } from '../../protocol/inbox-id.ts';
import { type NotificationRequest, requestIdSchema } from '../../protocol/request.ts';
import { checkAcknowledged } from './delivery/ack-check.ts';
import { checkShown } from './delivery/alert-check.ts';
import type { Batch } from './delivery/batch.ts';
import { type AudienceDeps, deliverToAudience } from './delivery/deliver-to-audience.ts';
import { deliverToUser } from './delivery/deliver-when-present.ts';
import { endDigest } from './delivery/end-digest.ts';
import { type EndSnoozeDeps, endSnooze } from './delivery/end-snooze.ts';
import { pushHeldBack } from './delivery/held-push.ts';
import type { Deps, ReceivedMessage } from './delivery/ports.ts';
import { recall } from './delivery/recall.ts';
import { continueRollout } from './delivery/rollout.ts';
import { wakeRequest } from './delivery/wake-request.ts';
import { type AddressedRequest, addressed, refusalOfOrganisation } from './model/addressed-request.ts';
import { pruneEndpoint } from './push/prune-device.ts';
import { forgetDevices } from './push/remove-device.ts';
import { withdrawPush } from './push/withdraw-push.ts';
import {
  cancelRequest,
  isCancelled,
  isWithdrawnNow,
  parkRequest,
  wakeTask,
  wasWithdrawn,
} from './schedule/park-request.ts';
import type { SeenRequest } from './schedule/ports.ts';
import { amongOf, audienceOf, type RequestKey, seedOf } from './schedule/request-key.ts';
import { requestTtlSeconds } from './schedule/request-ttl.ts';
import { sendLater, WAIT_MAX_MS } from './schedule/send-later.ts';
import { sweep } from './schedule/sweep.ts';
import { isTimed, parseTask, type Task } from './schedule/task.ts';
import { inPacks } from './schedule/task-pack.ts';
import { forgetDue, isSwept, wakeLater } from './schedule/wake-later.ts';
import { logOut } from './sockets/close-sockets.ts';
import { measureConnections } from './sockets/statistics.ts';

export type QueueMessage = Pick<ReceivedMessage, 'id' | 'body' | 'sentAtMs' | 'isRedelivery'> & {
  isLastTry?: boolean;
};

export type DispatchDeps = AudienceDeps &
  EndSnoozeDeps &
  Pick<Deps, 'rejected' | 'wait' | 'logouts' | 'dueRequests' | 'audience' | 'inboxRules'>;

/** Throws when it is to be tried again. */
export async function dispatchMessage(deps: DispatchDeps, batch: Batch, message: QueueMessage): Promise<void> {
  const task = parseTask(message.body);
  if (task) return carryOut(deps, batch, task, message);
  const endpointArn = deps.push.reportedEndpoint(message.body);
  if (endpointArn !== undefined) return pruneEndpoint(deps, endpointArn);

  const parsed = parseEvent(message.body);
  if ('rejection' in parsed) return reject(deps, message.body, parsed.rejection);
  const { event } = parsed;
  const acceptedAtMs = event.acceptedAtMs ?? message.sentAtMs;
  switch (event.type) {
    case 'requests':
      return dispatchRequests(deps, message, event, acceptedAtMs);
    case 'notification.requested': {
      const found = addressed(event.request, deps.inboxRules);
      if ('rejection' in found) return reject(deps, message.body, found.rejection);
      return dispatchRequest(deps, batch, { ...event, ...found, ...tryOf(message), acceptedAtMs });
    }
    case 'notification.cancelled':
      return cancelRequest(deps, event, acceptedAtMs);
    case 'notification.recalled':
    case 'user.logged_out':
      return dispatchToInbox(deps, message, event, acceptedAtMs);
  }
}

async function dispatchToInbox(
  deps: DispatchDeps,
  { body }: QueueMessage,
  event: Extract<ParsedEvent, { type: 'notification.recalled' | 'user.logged_out' }>,
  acceptedAtMs: number,
): Promise<void> {
  const { userId, orgId } = event;
  const rejection = refusalOfOrganisation(deps.inboxRules, orgId);
  if (rejection) return reject(deps, body, rejection);
  if (event.type === 'notification.recalled') {
    // What is still parked is cancelled, what was delivered is removed.
    await cancelRequest(deps, event, acceptedAtMs);
    return recall(deps, event, userId === undefined ? undefined : inboxId(userId, orgId), acceptedAtMs);
  }
  const inbox = inboxId(event.userId, orgId);
  await logOut(deps, inbox, acceptedAtMs);
  if (event.forgetDevices) await forgetDevices(deps, inbox, acceptedAtMs);
}

async function carryOut(deps: DispatchDeps, batch: Batch, task: Task, message: QueueMessage): Promise<void> {
  if (isTimed(task)) {
    const earlyMs = task.due_at_ms - deps.clock.now();
    if (earlyMs > WAIT_MAX_MS) return isSwept(task) && !task.is_noted ? wakeLater(deps, task) : sendLater(deps, task);
    if (earlyMs > 0) await deps.wait(earlyMs);
  }
  const { isRedelivery } = message;
  switch (task.task) {
    case 'deliver':
      await deliverToUser(
        deps,
        batch,
        { source: task.source, id: task.request_id },
        {
          requestId: seedOf({ source: task.source, id: task.request_id }, task.among),
          acceptedAtMs: task.accepted_at_ms,
          userId: task.user_id,
          request: await batch.content(task),
          claimId: task.claim_id,
          ...tryOf(message),
        },
      );
      return;
    case 'request':
      return dispatchRequest(deps, batch, {
        source: task.source,
        eventId: task.event_id,
        request: task.request,
        acceptedAtMs: task.accepted_at_ms,
        ...tryOf(message),
      });
    case 'sweep':
      await sweep(deps);
      return measureConnections(deps);
    case 'wake': {
      // What it was parked with is deleted afterwards, so it must not wait for others.
      const { waiting: _none, ...alone } = batch;
      return wakeRequest(deps, alone, task, message);
    }
    case 'ack_check':
      return checkAcknowledged(deps, task, isRedelivery);
    case 'alert_check':
      return checkShown(deps, task, isRedelivery);
    case 'withdraw':
      return withdrawPush(deps, task);
    case 'push':
      return pushHeldBack(deps, task, isRedelivery);
    case 'digest_end':
      await endDigest(deps, batch, task, message);
      return forgetDue(deps, task);
    case 'snooze_end':
      await endSnooze(deps, batch, task, message);
      return forgetDue(deps, task);
    case 'rollout':
      return continueRollout(deps, task);
  }
}

const tryOf = ({ isRedelivery, isLastTry }: Pick<QueueMessage, 'isRedelivery' | 'isLastTry'>) => ({
  isRedelivery,
  isLastTry,
});

/** Several requests in one event: each becomes a task of its own, so that each succeeds or fails alone. */
async function dispatchRequests(
  deps: DispatchDeps,
  { body }: QueueMessage,
  { source, requests }: Extract<ParsedEvent, { type: 'requests' }>,
  acceptedAtMs: number,
): Promise<void> {
  const found = requests.map((one) => {
    if ('rejection' in one) return one;
    const inInboxes = addressed(one.request, deps.inboxRules);
    return 'rejection' in inInboxes ? { ...inInboxes, detail: one.request } : { ...one, ...inInboxes };
  });
  const each = found.flatMap((one) => ('rejection' in one ? [] : [{ event_id: one.eventId, request: one.request }]));
  if (each.length > 0) {
    await deps.tasks.send(inPacks({ task: 'request', source, accepted_at_ms: acceptedAtMs } as const, each));
  }
  for (const one of found) {
    if (!('rejection' in one)) continue;
    await reject(deps, withOnly(body, one.detail), one.rejection);
  }
}

/** The event with only this one of its requests, so that correcting it does not send the others again. */
function withOnly(body: string, detail: unknown): string {
  try {
    const json = JSON.stringify({ ...JSON.parse(body), detail: { requests: [detail] } });
    // SQS takes these only as escapes (AWS limit), as they came.
    return json.replaceAll('\uFFFE', '\\ufffe').replaceAll('\uFFFF', '\\uffff');
  } catch (error) {
    // Nested so deep that it can be read and not be written.
    if (error instanceof RangeError) return body;
    throw error;
  }
}

async function reject(deps: RejectDeps, body: string, found: Rejection): Promise<void> {
  const rejection = { field: wellFormed(found.field), reason: wellFormed(found.reason) };
  await deps.rejected.send(body, rejection);
  const id = requestOf(body);
  const nowMs = deps.clock.now();
  if (id) await deps.requests.reject(id, { ...rejection, rejected_at_ms: nowMs }, requestTtlSeconds(nowMs));
  deps.metrics.count('rejected');
  deps.log.info('event rejected', { field: rejection.field, reason: rejection.reason });
}

/** What names a field may have half a character in it, which DynamoDB refuses. The event itself is kept as it came. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

type RejectDeps = Pick<Deps, 'rejected' | 'requests' | 'metrics' | 'log' | 'clock'>;

/** Under what the producer may ask for it: its own id if it has one, else the event's. */
function requestOf(body: string): Pick<RequestKey, 'source' | 'id'> | undefined {
  let event: any;
  try {
    event = JSON.parse(body);
  } catch {
    // No event at all: nobody knows an id of it.
    return undefined;
  }
  const { source, id: eventId, detail } = event ?? {};
  const id = requestIdSchema.safeParse(detail?.id ?? eventId);
  return typeof source === 'string' && source !== '' && id.success ? { source, id: id.data } : undefined;
}

interface Accepted {
  source: string;
  eventId: string;
  request: AddressedRequest;
  acceptedAtMs: number;
  isRedelivery: boolean;
  isLastTry?: boolean | undefined;
}

/** What waited for its user was cancelled before this was accepted: it is a new request. */
async function isAskedForAnew(
  { requests }: Pick<Deps, 'requests'>,
  key: RequestKey,
  request: NotificationRequest,
  known: { accepted_at_ms: number },
  acceptedAtMs: number,
): Promise<boolean> {
  if (request.deliver_when === undefined) return false;
  const cancelledAtMs = await requests.cancelledAtMs(key);
  return cancelledAtMs !== undefined && known.accepted_at_ms <= cancelledAtMs && cancelledAtMs < acceptedAtMs;
}

async function dispatchRequest(deps: DispatchDeps, batch: Batch, accepted: Accepted): Promise<void> {
  const { source, eventId, request } = accepted;
  let { acceptedAtMs } = accepted;
  deps.metrics.count('accepted');
  const key = { source, id: request.id ?? eventId, audience: audienceOf(request) };
  const nowMs = deps.clock.now();
  const seen: SeenRequest = {
    event_id: eventId,
    accepted_at_ms: acceptedAtMs,
    ...(amongOf(key, request) !== undefined && { ids_by_audience: true }),
  };
  let idsByAudience = false;
  const deliverAtMs = request.deliver_at === undefined ? 0 : Date.parse(request.deliver_at);
  const aheadMs = deliverAtMs - nowMs;
  if (aheadMs > WAIT_MAX_MS) return parkRequest(deps, key, request, seen);
  // Its time came while the event was on its way: it may have been parked by an earlier attempt.
  const wasScheduled = deliverAtMs > acceptedAtMs;
  if (request.id !== undefined || wasScheduled) {
    const remember = () => deps.requests.remember(key, seen, requestTtlSeconds(nowMs));
    let known = await remember();
    if (await isWithdrawnNow(deps, key, known, seen)) known = await remember();
    if (await wasWithdrawn(deps, key, known, seen)) known = await remember();
    idsByAudience = known.ids_by_audience === true;
    if (known.state === 'cancelled') return deps.metrics.count('cancelled');
    if (known.state === 'parked' && known.event_id === eventId) {
      const { accepted_at_ms: parkedAtMs, deliver_at_ms: dueAtMs = nowMs } = known;
      return sendLater(deps, wakeTask(key, parkedAtMs, dueAtMs));
    }
    const isRepeat = known.event_id !== eventId;
    if (known.state !== undefined || (isRepeat && !request.store)) return deps.metrics.count('duplicate');
    if (!isRepeat && (await isCancelled(deps, key, known))) return deps.metrics.count('cancelled');
    if (!isRepeat || !(await isAskedForAnew(deps, key, request, known, acceptedAtMs)))
      acceptedAtMs = known.accepted_at_ms;
  }
  if (aheadMs > 0) await deps.wait(aheadMs);
  await deliverToAudience(deps, batch, { key, acceptedAtMs, request, idsByAudience, ...tryOf(accepted) });
}
