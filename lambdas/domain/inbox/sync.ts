// What a client missed since the last notification it saw, sent to the socket that asks.
import { PAGE_MAX_BYTES, SYNC_NOTIFICATIONS_MAX } from '../../../protocol/limits.ts';
import type { Notification } from '../../../protocol/notification.ts';
import type { SyncedFrame } from '../../../protocol/server-frame.ts';
import { asSeenBy, isVisibleTo } from '../model/broadcast-view.ts';
import { hasExpired } from '../model/expiry.ts';
import { SETTLING_MS } from '../model/filing.ts';
import { loadPresent } from '../model/introduce.ts';
import { firstKeyAt, idTimeMs } from '../model/notification-id.ts';
import { type StoredNotification, toNotification } from '../model/stored-notification.ts';
import { withClaims } from './claim.ts';
import { packed } from './packed-frames.ts';
import type { Deps, NewerPage } from './ports.ts';
import { unreadCount } from './unread-count.ts';

type SyncDeps = Pick<Deps, 'recipients' | 'inbox' | 'broadcasts' | 'sender' | 'clock' | 'claims'>;

/** With one more than is sent, it is known that there are more. */
const LOOK_AT = SYNC_NOTIFICATIONS_MAX + 1;

/** `since` undefined: a first visit, which loads its list over REST; the answer has only the count. */
export async function sync(
  deps: SyncDeps,
  userId: string,
  connectionId: string,
  since: string | undefined,
): Promise<SyncedFrame> {
  const recipient = await loadPresent(deps, userId);
  const count = await unreadCount(deps, recipient);
  if (since === undefined) return { type: 'synced', ...count, recovered: true };

  // What was on its way when the client saw `since` may have a smaller id. The client knows what it has and shows
  // nothing twice.
  const after = firstKeyAt(Math.max(0, idTimeMs(since) - SETTLING_MS));
  const [own, everyones, isKnown] = await Promise.all([
    missed((from, limit) => deps.inbox.newerThan(userId, from, limit), after),
    missed((from, limit) => deps.broadcasts.newerThan(from, limit), after),
    sinceExists(deps, userId, since),
  ]);
  const states = new Map(recipient.broadcast_states.map((state) => [state.id, state]));
  const broadcasts = everyones.items.filter((item) => isVisibleTo(userId, item));
  const found = [...own.items, ...broadcasts.map((item) => asSeenBy(item, recipient, states.get(item.id)))]
    .filter((item) => item.id !== since && !hasExpired(item, deps.clock.now()))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const toSend: Notification[] = [];
  const removed: string[] = [];
  let bytes = 0;
  let isWhole = own.isWhole && everyones.isWhole;
  for (const item of found) {
    const notification = toNotification(item, userId, recipient.watermarks, recipient.cleared_before);
    if (item.recalls === undefined && notification.is_archived) continue;
    bytes += Buffer.byteLength(JSON.stringify(notification));
    if (toSend.length + removed.length === SYNC_NOTIFICATIONS_MAX || bytes > PAGE_MAX_BYTES) {
      isWhole = false;
      break;
    }
    if (item.recalls === undefined) toSend.push(notification);
    else removed.push(item.recalls);
  }
  const frames = [
    ...removed.map((id) => ({ type: 'notification_removed' as const, notification_id: id })),
    ...packed(await withClaims(deps, toSend), count),
  ];
  for (const frame of frames) if ((await deps.sender.post(connectionId, frame)) === 'gone') break;
  return { type: 'synced', ...count, recovered: isKnown && isWhole };
}

type Page = (afterId: string, limit: number) => Promise<NewerPage>;

async function missed(page: Page, after: string): Promise<{ items: StoredNotification[]; isWhole: boolean }> {
  const items: StoredNotification[] = [];
  for (let from = after; ; ) {
    const { items: found, nextAfterId } = await page(from, LOOK_AT);
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
