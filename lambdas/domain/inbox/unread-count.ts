// The absolute number of unread notifications: the user's own and the broadcasts, derived from keys, never counted up
// and down.
import { UNREAD_COUNT_MAX } from '../../../protocol/limits.ts';
import type { UnreadCount } from '../../../protocol/server-frame.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { isVisibleTo, unreadKeyOf } from '../model/broadcast-view.ts';
import { newestOf } from '../model/notification-id.ts';
import type { Recipient } from '../model/recipient.ts';
import { isUnseen } from '../model/seen-mark.ts';
import { isUnread, unreadFloor } from '../model/watermark.ts';
import type { BroadcastKey, Deps, UnreadKey } from './ports.ts';

export type CountDeps = Pick<Deps, 'inbox' | 'broadcasts' | 'clock'>;

/** Our choice: with one more than a count shows, it is known that there are more. */
export const UNREAD_KEYS_MAX = UNREAD_COUNT_MAX + 1;

/** Stops at UNREAD_COUNT_MAX, so its cost has a bound. */
export async function unreadCount(deps: CountDeps, recipient: Recipient): Promise<UnreadCount> {
  return (await loadUnread(deps, recipient)).count;
}

/** The count, and which broadcasts are in it. */
export async function loadUnread(
  deps: CountDeps,
  recipient: Recipient,
): Promise<{ count: UnreadCount; broadcastIds: string[] }> {
  const { user_id: userId, watermarks, cleared_before: clearedBefore } = recipient;
  const floor = unreadFloor(watermarks);
  const [neverRead, again, broadcasts] = await Promise.all([
    deps.inbox.neverReadKeys(userId, newestOf(floor, clearedBefore), UNREAD_KEYS_MAX),
    // What was marked unread again may be covered by a later watermark.
    deps.inbox.unreadAgain(userId, floor),
    deps.broadcasts.keysNewerThan(floor),
  ]);
  const unread = unreadBroadcasts(recipient, broadcasts, deps.clock.now());
  const count = countOf(recipient, [...neverRead, ...ownUnread(recipient, again), ...unread], true);
  return { count, broadcastIds: unread.map(({ id }) => id) };
}

/** `keys`: at most UNREAD_KEYS_MAX of those that may be unread. */
export function countUnread(
  recipient: Recipient,
  keys: readonly UnreadKey[],
  broadcasts: readonly BroadcastKey[],
  nowMs: number,
): UnreadCount {
  const unread = [...ownUnread(recipient, keys), ...unreadBroadcasts(recipient, broadcasts, nowMs)];
  return countOf(recipient, unread, keys.length < UNREAD_KEYS_MAX);
}

/** Where there are more than a count shows, `unread` has the newest: what is unseen is among them. */
function countOf(
  { seen }: Pick<Recipient, 'seen'>,
  unread: readonly { id: string; expires_at?: string }[],
  isWhole: boolean,
): UnreadCount {
  const expiries = unread.flatMap(({ expires_at: at }) => at ?? []).sort();
  const isExact = isWhole && unread.length <= UNREAD_COUNT_MAX;
  return {
    unread_count: Math.min(UNREAD_COUNT_MAX, unread.length),
    unseen_count: Math.min(UNREAD_COUNT_MAX, unread.filter(({ id }) => isUnseen(id, seen)).length),
    ...(!isExact && { unread_count_exact: false }),
    ...(expiries[0] !== undefined && { next_expiry_at: expiries[0] }),
  };
}

function ownUnread(
  { watermarks, cleared_before: clearedBefore }: Recipient,
  keys: readonly UnreadKey[],
): readonly UnreadKey[] {
  return keys.filter((key) => key.id > clearedBefore && isUnread(key.id, key.unread_key, watermarks));
}

function unreadBroadcasts(recipient: Recipient, broadcasts: readonly BroadcastKey[], nowMs: number): BroadcastKey[] {
  const { watermarks, cleared_before: clearedBefore } = recipient;
  const now = toTimestamp(nowMs);
  const states = new Map(recipient.broadcast_states.map((state) => [state.id, state]));
  // Marked unread again, they may lie below every watermark and so below what was listed.
  const again = recipient.broadcast_states.filter((state) => state.unread_key !== undefined);
  const candidates = new Map<string, BroadcastKey>([...again, ...broadcasts].map((key) => [key.id, key]));
  return [...candidates.values()].filter((key) => {
    const { id, expires_at: expiresAt } = key;
    if (!isVisibleTo(recipient.user_id, key)) return false;
    const state = states.get(id);
    if (id <= clearedBefore || state?.archived_at !== undefined) return false;
    if (expiresAt !== undefined && expiresAt <= now) return false;
    return isUnread(id, unreadKeyOf(id, recipient, state), watermarks);
  });
}
