// What a client missed since the last notification it saw, sent to the socket that asks.
import { SYNC_NOTIFICATIONS_MAX } from '../../../protocol/limits.ts';
import type { SyncedFrame } from '../../../protocol/server-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { asSeenBy, isVisibleTo } from '../model/broadcast-view.ts';
import { SETTLING_MS } from '../model/filing.ts';
import { loadPresent } from '../model/introduce.ts';
import { firstKeyAt, idTimeMs } from '../model/notification-id.ts';
import { type StoredNotification, toNotification } from '../model/stored-notification.ts';
import type { Deps, NewerPage } from './ports.ts';
import { unreadCount } from './unread-count.ts';

type SyncDeps = Pick<Deps, 'recipients' | 'inbox' | 'broadcasts' | 'sender' | 'clock'>;

const PAGE_NOTIFICATIONS = 50;

/** `since` undefined: a first visit, which loads its list over REST; the answer has only the count. */
export async function sync(
  deps: SyncDeps,
  userId: string,
  connectionId: string,
  since: string | undefined,
): Promise<SyncedFrame> {
  const recipient = await loadPresent(deps, userId);
  const total = await unreadCount(deps, recipient);
  if (since === undefined) return { type: 'synced', unread_count: total, recovered: true };

  // What was on its way when the client saw `since` may have a smaller id. The client knows what it has and shows nothing twice.
  const after = firstKeyAt(Math.max(0, idTimeMs(since) - SETTLING_MS));
  const [own, everyones, isKnown] = await Promise.all([
    missed((from, limit) => deps.inbox.newerThan(userId, from, limit), after),
    missed((from, limit) => deps.broadcasts.newerThan(from, limit), after),
    sinceExists(deps, userId, since),
  ]);
  const states = new Map(recipient.broadcast_states.map((state) => [state.id, state]));
  const now = toTimestamp(deps.clock.now());
  const broadcasts = everyones.items.filter((item) => isVisibleTo(userId, item));
  const items = [...own.items, ...broadcasts.map((item) => asSeenBy(item, recipient, states.get(item.id)))]
    .filter(
      (item) =>
        item.recalls === undefined && item.id !== since && (item.expires_at === undefined || item.expires_at > now),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const notifications = items
    .map((item) => toNotification(item, userId, recipient.watermarks, recipient.cleared_before))
    .filter((notification) => !notification.is_archived);
  const sent = notifications.slice(0, SYNC_NOTIFICATIONS_MAX);
  for (const { recalls } of [...own.items, ...broadcasts]) {
    if (recalls === undefined) continue;
    await deps.sender.post(connectionId, { type: 'notification_removed', notification_id: recalls });
  }
  for (const notification of sent) {
    const outcome = await deps.sender.post(connectionId, { type: 'notification', notification, unread_count: total });
    if (outcome === 'gone') break;
  }
  const isWhole = own.isWhole && everyones.isWhole && sent.length === notifications.length;
  return { type: 'synced', unread_count: total, recovered: isKnown && isWhole };
}

type Page = (afterId: string, limit: number) => Promise<NewerPage>;

async function missed(page: Page, after: string): Promise<{ items: StoredNotification[]; isWhole: boolean }> {
  const items: StoredNotification[] = [];
  for (let from = after; ; ) {
    const { items: found, nextAfterId } = await page(from, PAGE_NOTIFICATIONS);
    items.push(...found);
    if (nextAfterId === undefined) return { items, isWhole: true };
    if (items.length > SYNC_NOTIFICATIONS_MAX) return { items, isWhole: false };
    from = nextAfterId;
  }
}

/** An id that is kept no more, or never was, says nothing about what was missed since. */
async function sinceExists(deps: SyncDeps, userId: string, since: string): Promise<boolean> {
  if ((await deps.inbox.get(userId, since)) !== undefined) return true;
  return (await deps.broadcasts.get(since)) !== undefined;
}
