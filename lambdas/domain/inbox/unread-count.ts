// The absolute number of unread notifications: the user's own and the broadcasts, derived from keys, never counted up and down.
import { UNREAD_COUNT_MAX } from '../../../protocol/limits.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { isVisibleTo, unreadKeyOf } from '../model/broadcast-view.ts';
import type { Recipient } from '../model/recipient.ts';
import { isUnread, unreadFloor } from '../model/watermark.ts';
import type { BroadcastKey, Deps, UnreadKey } from './ports.ts';

export type CountDeps = Pick<Deps, 'inbox' | 'broadcasts' | 'clock'>;

/** Stops at UNREAD_COUNT_MAX, so its cost has a bound. */
export async function unreadCount(
  deps: Pick<Deps, 'inbox' | 'broadcasts' | 'clock'>,
  recipient: Recipient,
): Promise<number> {
  return (await loadUnread(deps, recipient)).count;
}

/** The count, and which broadcasts are in it. */
export async function loadUnread(
  deps: CountDeps,
  recipient: Recipient,
): Promise<{ count: number; broadcastIds: string[] }> {
  const [own, broadcasts] = await Promise.all([
    ownUnread(deps, recipient),
    deps.broadcasts.keysNewerThan(unreadFloor(recipient.watermarks)),
  ]);
  const broadcastIds = unreadBroadcasts(recipient, broadcasts, deps.clock.now());
  return { count: Math.min(UNREAD_COUNT_MAX, own + broadcastIds.length), broadcastIds };
}

/** What was never read since it came is counted where it is; what was marked unread again may be covered by a later watermark. */
async function ownUnread({ inbox }: CountDeps, recipient: Recipient): Promise<number> {
  const { user_id: userId, watermarks, cleared_before: clearedBefore } = recipient;
  const floor = unreadFloor(watermarks);
  const [neverRead, again] = await Promise.all([
    inbox.countNeverRead(userId, floor > clearedBefore ? floor : clearedBefore, UNREAD_COUNT_MAX),
    inbox.unreadAgain(userId, floor),
  ]);
  return neverRead + countOwn(recipient, again);
}

export function countUnread(
  recipient: Recipient,
  keys: readonly UnreadKey[],
  broadcasts: readonly BroadcastKey[],
  nowMs: number,
): number {
  return Math.min(UNREAD_COUNT_MAX, countOwn(recipient, keys) + unreadBroadcasts(recipient, broadcasts, nowMs).length);
}

function countOwn({ watermarks, cleared_before: clearedBefore }: Recipient, keys: readonly UnreadKey[]): number {
  return keys.filter((key) => key.id > clearedBefore && isUnread(key.id, key.unread_key, watermarks)).length;
}

function unreadBroadcasts(recipient: Recipient, broadcasts: readonly BroadcastKey[], nowMs: number): string[] {
  const { watermarks, cleared_before: clearedBefore } = recipient;
  const now = toTimestamp(nowMs);
  const states = new Map(recipient.broadcast_states.map((state) => [state.id, state]));
  // Marked unread again, they may lie below every watermark and so below what was listed.
  const again = recipient.broadcast_states.filter((state) => state.unread_key !== undefined);
  const candidates = new Map<string, BroadcastKey>([...again, ...broadcasts].map((key) => [key.id, key]));
  return [...candidates.values()]
    .filter((key) => {
      const { id, expires_at: expiresAt } = key;
      if (!isVisibleTo(recipient.user_id, key)) return false;
      const state = states.get(id);
      if (id <= clearedBefore || state?.archived_at !== undefined) return false;
      if (expiresAt !== undefined && expiresAt <= now) return false;
      return isUnread(id, unreadKeyOf(id, recipient, state), watermarks);
    })
    .map(({ id }) => id);
}
