// Delivery of one request to one user: write the plan, act, write again only when reality differs.

import type { EventFrame, NotificationFrame } from '../../../protocol/server-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { NOTIFICATIONS_TOPIC } from '../../../protocol/topic.ts';
import { sendCount } from '../inbox/count-frame.ts';
import type { AddressedRequest } from '../model/addressed-request.ts';
import type { Channels } from '../model/channels.ts';
import { file } from '../model/filing.ts';
import { notificationId } from '../model/notification-id.ts';
import type { Recipient } from '../model/recipient.ts';
import { isSeen } from '../model/seen.ts';
import { newNotification, type StoredNotification, toNotification } from '../model/stored-notification.ts';
import { userPush } from '../push/push-content.ts';
import { type PushResult, pushToDevices } from '../push/push-to-devices.ts';
import type { DigestWanted } from '../schedule/join-digest.ts';
import { sendLater } from '../schedule/send-later.ts';
import { withoutEnded } from '../sockets/close-sockets.ts';
import { ackCheck } from './ack-check.ts';
import { alertCheck } from './alert-check.ts';
import type { Batch } from './batch.ts';
import { decide, isPushDue, planOf } from './decide.ts';
import { deliverLive, eventFrame } from './deliver-live.ts';
import { leaveUnsent, recordOutcome, settle } from './delivery-outcome.ts';
import { digestWanted, memberOf } from './digest-wanted.ts';
import type { DeliveryOutcome } from './due-request.ts';
import { fanoutContent } from './fan-out-task.ts';
import { joinDigests, type Waiting } from './gather.ts';
import { lookAtInbox, sendCountOnly } from './look-at-inbox.ts';
import { type Open, openNow, sendToOpen, stillOpen } from './open-channels.ts';
import type { Deps } from './ports.ts';
import type { Alerting, SendToUserDeps } from './send-to-user.ts';
import { isOverRate, summarise } from './sender-rate.ts';

export interface Delivery {
  requestId: string;
  acceptedAtMs: number;
  userId: string;
  request: AddressedRequest;
  /** This queue message was handed out before: an earlier attempt broke off somewhere. */
  isRedelivery: boolean;
  /** Set where it is not gathered with others: it is a digest itself, or its time has come. */
  isDigest?: boolean;
  /** Set on a summary of what exceeded the limits by the minute: it is sent in any case. */
  isSummary?: boolean;
  /** What fails now is dead-lettered. */
  isLastTry?: boolean | undefined;
  /** Of a request with a claim. */
  claimId?: string | undefined;
  /** It waited for its user in vain. */
  absent?: Absent;
}

/** `push`: to the phones, though a page may be open. `inbox`: no push. */
export type Absent = 'push' | 'inbox';

export type DeliverDeps = Pick<
  Deps,
  | 'clock'
  | 'log'
  | 'metrics'
  | 'recipients'
  | 'connections'
  | 'inbox'
  | 'deliveryState'
  | 'rateSlots'
  | 'broadcasts'
  | 'sender'
  | 'closer'
  | 'tasks'
  | 'schedules'
  | 'digests'
  | 'dueRequests'
  | 'devices'
  | 'push'
  | 'webPush'
> &
  SendToUserDeps;

/** Throws DeliveryFailed when a socket or a provider refused for now; the row then says which, and why. */
export async function deliver(deps: DeliverDeps, batch: Batch, delivery: Delivery): Promise<DeliveryOutcome> {
  const { userId, request } = delivery;
  const recipient = await batch.recipient(userId);
  const nowMs = deps.clock.now();
  const channels = decide(recipient, request, nowMs, delivery.absent);
  if (channels.outcome === 'expired') {
    deps.metrics.count('expired');
    return 'done';
  }
  const isGathered = !delivery.isDigest && !channels.isMuted;
  const wanted = !isGathered ? undefined : digestWanted(recipient.preferences, request, nowMs);
  if (wanted !== undefined && !(await isStored(deps, delivery))) {
    await gather(deps, batch, delivery, wanted);
    return 'done';
  }
  await withoutEnded(deps, recipient.connections);
  if (channels.isMuted) deps.metrics.count('muted');
  if (!request.store) {
    await deliverLive(deps, delivery, channels.sockets, liveFrame(delivery));
    return 'done';
  }
  const ttlSeconds = batch.ttlSeconds(request, nowMs);
  const { planned, outcome } = await file(
    {
      put: (item) => deps.inbox.put(userId, item, ttlSeconds),
      refile: (id, filedAtMs) => deps.inbox.refile(userId, id, filedAtMs, ttlSeconds),
    },
    deps.clock,
    { ...delivery, dueAtMs: dueAtMs(delivery) },
    (id) => withClaim(newNotification(id, request, delivery.acceptedAtMs, ...planOf(channels, nowMs)), delivery),
  );
  if (outcome === 'created') deps.metrics.count('stored');
  else if (!goesOn(delivery, outcome)) {
    deps.metrics.count('duplicate');
    return delivery.isRedelivery ? 'done' : 'duplicate';
  }
  await sendStored(deps, batch, delivery, { stored: outcome === 'created' ? planned : outcome, recipient, channels });
  return 'done';
}

/** An earlier attempt stored it, before its user wanted such requests in a digest. */
const isStored = async (deps: DeliverDeps, delivery: Delivery): Promise<boolean> => {
  const { isRedelivery, requestId, userId } = delivery;
  if (!isRedelivery) return false;
  return (await deps.inbox.get(userId, notificationId(dueAtMs(delivery), requestId, userId))) !== undefined;
};

async function gather(deps: DeliverDeps, batch: Batch, delivery: Delivery, wanted: DigestWanted): Promise<void> {
  const { requestId, userId, request } = delivery;
  const waiting: Waiting = {
    userId,
    wanted,
    member: memberOf(requestId, userId, dueAtMs(delivery), request),
    deliverNow: () => deliver(deps, batch, { ...delivery, isDigest: true }),
  };
  if (batch.waiting) batch.waiting.push(waiting);
  else await joinDigests(deps, [waiting]);
}

/** To every socket of the user, or to the phones. */
async function sendStored(
  deps: DeliverDeps,
  batch: Batch,
  delivery: Delivery,
  { stored, recipient, channels }: { stored: StoredNotification; recipient: Recipient; channels: Channels },
): Promise<void> {
  const { userId } = delivery;
  const { id } = stored;
  if (isSeen(stored, recipient)) return settle(deps, userId, stored, stored.sent_at !== undefined);
  if (!channels.maySend) await sendCountOnly(deps, batch, recipient, stored);
  const open = await openNow(deps, userId, stillOpen(stored, channels));
  if (open.sockets.length === 0 && open.devices.length === 0) return settle(deps, userId, stored, open.wasServed);
  const { count, isCountChanged, keys } = await lookAtInbox(deps, batch, recipient, stored);
  if (!channels.isCritical && !delivery.isSummary && (await isOverRate(deps, userId, stored, keys))) {
    // Before the row says so: a try that is broken off in between is made again.
    await summarise(deps, userId, stored);
    await leaveUnsent(deps, userId, stored);
    if (open.sockets.length > 0 && isCountChanged) await sendCount(deps, userId);
    return;
  }

  const frame: NotificationFrame = {
    type: 'notification',
    notification: toNotification({ ...stored, sent_at: toTimestamp(deps.clock.now()) }, userId, recipient.watermarks),
    ...count,
  };
  const sent = await sendToOpen(deps, userId, id, open, fanoutContent(frame, stored), alertingOf(delivery, open));
  if (sent.sent > 0) deps.metrics.latency(deps.clock.now() - dueAtMs(delivery));
  if (sent.sent > 0 && stored.requires_ack) await deps.tasks.send(...ackCheck(userId, id, 1));
  if (sent.unconfirmed) await deps.tasks.send(...alertCheck(userId, id, sent.unconfirmed));
  const isGivenUp = sent.failed.length > 0 && hasNoMoreTries(delivery, stored);
  const isOffline = sent.sent === 0 && !open.wasServed && (sent.failed.length === 0 || isGivenUp);
  const wantsPush = isPushDue(channels, !isOffline) || open.isPushUnfinished;
  const pushed = wantsPush ? await push(deps, userId, stored, open, count.unread_count) : undefined;
  const isHeld = wantsPush && open.devices.length > 0 && open.heldUntilMs !== undefined;
  await recordOutcome(deps, userId, stored, { sent, pushed, isHeld, wasServed: open.wasServed, isGivenUp });
}

/** What is pushed at once, or is sent until it is acknowledged, needs no further step; nor what is to have no push. */
const alertingOf = ({ request, absent }: Delivery, { isCritical, devices, wasServed }: Open): Alerting => ({
  hasPush: devices.length > 0,
  mayConfirm: !isCritical && !request.requires_ack && absent === undefined,
  wasServed,
});

/** As specified: a user whose open sockets refuse twice is unreachable, and gets a push. */
const SOCKET_TRIES = 2;

/**
 * Earlier tries may have failed before anything was posted. A second copy of the same event is no second try: it comes
 * at once, and each copy is retried by itself.
 */
const hasNoMoreTries = ({ isRedelivery, isLastTry = false }: Delivery, stored: StoredNotification): boolean =>
  isLastTry || (isRedelivery && (stored.error_count ?? 0) + 1 >= SOCKET_TRIES);

/**
 * The request was stored before. An attempt that failed is carried on, and so is one that died before it could write
 * its outcome; a row whose outcome is written needs nothing more, even if its message comes again.
 */
const goesOn = ({ isRedelivery }: Delivery, stored: StoredNotification): boolean =>
  stored.is_unprocessed === true || (isRedelivery && stored.updated_at === undefined);

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

const withClaim = (planned: StoredNotification, { claimId, request: { claim } }: Delivery): StoredNotification =>
  claimId !== undefined && claim ? { ...planned, claim_id: claimId, claim_seconds: claim.expires_seconds } : planned;

const liveFrame = (delivery: Delivery): EventFrame =>
  eventFrame(
    NOTIFICATIONS_TOPIC,
    delivery.request,
    notificationId(dueAtMs(delivery), delivery.requestId, delivery.userId),
  );

/** When the request was to be delivered: a past `deliver_at` means at once. */
export const dueAtMs = ({ acceptedAtMs, request }: Pick<Delivery, 'acceptedAtMs' | 'request'>): number =>
  Math.max(acceptedAtMs, request.deliver_at === undefined ? 0 : Date.parse(request.deliver_at));
