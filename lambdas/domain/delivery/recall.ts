// A notification is withdrawn after it was delivered: from inboxes, from counts, and from the lists of open clients.
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { unreadCount } from '../inbox/unread-count.ts';
import { rowTtlSeconds } from '../model/expiry.ts';
import { notificationId } from '../model/notification-id.ts';
import { isOnPhones, type StoredNotification } from '../model/stored-notification.ts';
import { type WithdrawDeps, withdrawPush } from '../push/withdraw-push.ts';
import { type RequestKey, seedOf, seedsOf } from '../schedule/request-key.ts';
import { segmentsOf } from '../sockets/segments.ts';
import { sendToConnections } from '../sockets/send-to-connections.ts';
import type { DeliverDeps } from './deliver.ts';
import type { EveryoneDeps } from './deliver-to-everyone.ts';
import type { Deps } from './ports.ts';
import { startFanOut } from './start-fan-out.ts';

export type RecallDeps = Pick<DeliverDeps, 'recipients' | 'sender'> &
  EveryoneDeps &
  WithdrawDeps &
  Pick<Deps, 'inbox' | 'requests' | 'broadcasts' | 'clock' | 'metrics'>;

/** Our choice: as long as a client may have the notification in a list it shows. */
const REMOVAL_DAYS = 7;
/** Our choice: each late attempt of a request adds one. */
const REFILED_MAX = 50;

type Request = Pick<RequestKey, 'source' | 'id'>;

/**
 * `request.id` is the id of the request, of its event where it had none, or of the notification itself. Unknown ones
 * are no error. May be repeated.
 */
export async function recall(
  deps: RecallDeps,
  request: Request,
  userId: string | undefined,
  atMs: number,
): Promise<void> {
  const recalled =
    userId === undefined || userId === EVERYONE
      ? [await recallBroadcast(deps, request), ...(await recallOfRequest(deps, request, undefined, atMs))]
      : [await recallOwn(deps, userId, request.id), ...(await recallOfRequest(deps, request, userId, atMs))];
  const count = recalled.filter(Boolean).length;
  if (count > 0) deps.metrics.count('recalled', count);
  else deps.metrics.count('recall_without_effect');
}

async function recallBroadcast(deps: RecallDeps, request: Request): Promise<boolean> {
  const broadcastId = (await deps.broadcasts.ofRequest(seedOf(request))) ?? request.id;
  const stored = await deps.broadcasts.get(broadcastId);
  if (stored === undefined || stored.recalls !== undefined) return false;
  const nowMs = deps.clock.now();
  const ttlSeconds = rowTtlSeconds({}, nowMs, REMOVAL_DAYS);
  await deps.fanoutProgress.stop(broadcastId, ttlSeconds);
  const recalledAt = stored.recalled_at ?? toTimestamp(nowMs);
  if (stored.recalled_at === undefined) await deps.broadcasts.update(broadcastId, tombstone(recalledAt));
  const removal = removalOf(broadcastId, EVERYONE, Date.parse(recalledAt));
  await deps.broadcasts.put(removal, ttlSeconds);
  await startFanOut(deps, {
    id: removal.id,
    segments: segmentsOf(GLOBAL_TOPIC),
    // To muted users and those without sockets too: they may have it in a list they loaded.
    content: {
      frame: { type: 'notification_removed', notification_id: broadcastId },
      notification_type: stored.notification_type,
      priority: 'critical',
    },
  });
  return true;
}

/**
 * What requests under this id stored for single users: a request that has an id of its own is remembered with its
 * audience.
 */
async function recallOfRequest(
  deps: RecallDeps,
  request: Request,
  userId: string | undefined,
  atMs: number,
): Promise<boolean[]> {
  const recalled: boolean[] = [];
  for (const { audience, accepted_at_ms: acceptedAtMs, deliver_at_ms: deliverAtMs = 0 } of await deps.requests.ofId(
    request,
  )) {
    const [kind, named] = [audience.slice(0, audience.indexOf(':')), audience.slice(audience.indexOf(':') + 1)];
    // Of many users only one that is named: the others' notifications are theirs.
    const user = kind === 'user' ? named : kind === 'users' ? userId : undefined;
    if (user === undefined || user === EVERYONE || (userId !== undefined && user !== userId)) continue;
    if (acceptedAtMs > atMs) continue;
    recalled.push(
      await recallOfSeeds(deps, user, Math.max(acceptedAtMs, deliverAtMs), seedsOf(request, [{ audience }])),
    );
  }
  return recalled;
}

/** The one that was made from the last seed, if there is one. */
async function recallOfSeeds(deps: RecallDeps, userId: string, dueAtMs: number, seeds: string[]): Promise<boolean> {
  for (const seed of seeds.reverse()) {
    const id = await storedUnder(deps, userId, dueAtMs, seed);
    if (id !== undefined && (await recallOwn(deps, userId, id))) return true;
  }
  return false;
}

/** A request that was filed late has left a row that says when. */
async function storedUnder(
  deps: RecallDeps,
  userId: string,
  dueAtMs: number,
  requestId: string,
): Promise<string | undefined> {
  let timeMs = dueAtMs;
  for (let looked = 0; looked < REFILED_MAX; looked++) {
    const id = notificationId(timeMs, requestId, userId);
    const filedAtMs = await deps.inbox.refiledAtMs(userId, id);
    if (filedAtMs === undefined) return id;
    timeMs = filedAtMs;
  }
  return undefined;
}

async function recallOwn(deps: RecallDeps, userId: string, id: string): Promise<boolean> {
  const stored = await deps.inbox.get(userId, id);
  if (stored === undefined || stored.recalls !== undefined) return false;
  const nowMs = deps.clock.now();
  const recalledAt = stored.recalled_at ?? toTimestamp(nowMs);
  if (stored.recalled_at === undefined) await deps.inbox.update(userId, id, tombstone(recalledAt));
  const removal = removalOf(id, userId, Date.parse(recalledAt));
  await deps.inbox.put(userId, removal, rowTtlSeconds({}, nowMs, REMOVAL_DAYS));
  const recipient = await deps.recipients.load(userId, { consistent: true });
  const count = await unreadCount(deps, recipient);
  await sendToConnections(deps, recipient.connections, {
    type: 'notification_removed',
    notification_id: id,
    ...count,
  });
  if (isOnPhones(stored)) {
    await withdrawPush(deps, { task: 'withdraw', user_id: userId, notification_id: id }, recipient);
  }
  return true;
}

/** The row stays, without its words, so that the same request doesn't store it again. */
function tombstone(recalledAt: string): Partial<StoredNotification> {
  return {
    unread_key: undefined,
    title: '',
    message: '',
    payload: undefined,
    group_id: undefined,
    canary_percent: undefined,
    recalled_at: recalledAt,
    updated_at: recalledAt,
  };
}

/** A row filed under the time of the recall, for `sync`: clients that were away learn what to remove. */
function removalOf(recalledId: string, userId: string, atMs: number): StoredNotification {
  return {
    id: notificationId(atMs, `recall:${recalledId}`, userId),
    recalls: recalledId,
    notification_type: 'recall',
    title: '',
    message: '',
    requested_at: toTimestamp(atMs),
  };
}
