// A notification is withdrawn after it was delivered: from inboxes, from counts, and from the lists of open clients.
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { GLOBAL_TOPIC } from '../../../protocol/topic.ts';
import { EVERYONE } from '../../../protocol/user-id.ts';
import { unreadCount } from '../inbox/unread-count.ts';
import { rowTtlSeconds } from '../model/expiry.ts';
import { notificationId } from '../model/notification-id.ts';
import type { StoredNotification } from '../model/stored-notification.ts';
import { segmentsOf } from '../sockets/segments.ts';
import { sendToConnections } from '../sockets/send-to-connections.ts';
import type { DeliverDeps } from './deliver.ts';
import type { EveryoneDeps } from './deliver-to-everyone.ts';
import type { Deps } from './ports.ts';
import { startFanOut } from './start-fan-out.ts';

export type RecallDeps = DeliverDeps & EveryoneDeps & Pick<Deps, 'inbox'>;

/** Our choice: as long as a client may have the notification in a list it shows. */
const REMOVAL_DAYS = 7;

/** Unknown ones are no error. May be repeated. */
export async function recall(deps: RecallDeps, id: string, userId: string | undefined): Promise<void> {
  const isRecalled =
    userId === undefined || userId === EVERYONE ? await recallBroadcast(deps, id) : await recallOwn(deps, userId, id);
  deps.metrics.count(isRecalled ? 'recalled' : 'recall_without_effect');
}

/** By the id of the request, of its event, or of the notification. */
async function recallBroadcast(deps: RecallDeps, id: string): Promise<boolean> {
  const broadcastId = (await deps.broadcasts.ofRequest(id)) ?? id;
  const stored = await deps.broadcasts.get(broadcastId);
  if (stored === undefined) return false;
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

async function recallOwn(deps: RecallDeps, userId: string, id: string): Promise<boolean> {
  const stored = await deps.inbox.get(userId, id);
  if (stored === undefined) return false;
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
    unread_count: count,
  });
  return true;
}

/** The row stays, without its words, so that the same request doesn't store it again. */
function tombstone(recalledAt: string): Partial<StoredNotification> {
  return {
    unread_key: undefined,
    title: '',
    message: '',
    payload: undefined,
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
    created_at: toTimestamp(atMs),
  };
}
