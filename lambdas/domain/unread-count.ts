// The absolute number of unread notifications: the user's own and the broadcasts, derived from keys, never counted up and down.
import { UNREAD_COUNT_MAX } from '../../protocol/limits.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import type { BroadcastKey, Deps, UnreadKey } from './deps.ts';
import type { Recipient } from './recipient.ts';
import { isUnread, unreadFloor } from './watermark.ts';

/** `limit`: counts stop at UNREAD_COUNT_MAX, so their cost has a bound. */
export async function unreadCount(deps: Pick<Deps, 'inbox' | 'broadcasts' | 'clock'>, recipient: Recipient): Promise<number> {
  const floor = unreadFloor(recipient.watermarks);
  const [keys, broadcasts] = await Promise.all([
    deps.inbox.unreadKeys(recipient.user_id, floor, UNREAD_COUNT_MAX, { consistent: true }),
    deps.broadcasts.keysNewerThan(floor),
  ]);
  return countUnread(recipient, keys, broadcasts, deps.clock.now());
}

export function countUnread(
  recipient: Recipient,
  keys: readonly UnreadKey[],
  broadcasts: readonly BroadcastKey[],
  nowMs: number,
): number {
  const { watermarks, cleared_before: clearedBefore } = recipient;
  const own = keys.filter((key) => key.id > clearedBefore && isUnread(key.id, key.unread_key, watermarks)).length;
  return Math.min(UNREAD_COUNT_MAX, own + unreadBroadcasts(recipient, broadcasts, nowMs));
}

function unreadBroadcasts(recipient: Recipient, broadcasts: readonly BroadcastKey[], nowMs: number): number {
  const { watermarks, cleared_before: clearedBefore } = recipient;
  const now = toTimestamp(nowMs);
  const states = new Map(recipient.broadcast_states.map((state) => [state.id, state]));
  // Marked unread again, they may lie below every watermark and so below what was listed.
  const again = recipient.broadcast_states.filter((state) => state.unread_key !== undefined).map(({ id }) => ({ id }));
  const candidates = new Map<string, BroadcastKey>([...again, ...broadcasts].map((key) => [key.id, key]));
  let count = 0;
  for (const { id, expires_at: expiresAt } of candidates.values()) {
    const state = states.get(id);
    if (id <= clearedBefore || state?.archived_at !== undefined) continue;
    if (expiresAt !== undefined && expiresAt <= now) continue;
    const unreadKey = state === undefined ? id : (state.unread_key ?? (state.read_at === undefined ? id : undefined));
    if (isUnread(id, unreadKey, watermarks)) count++;
  }
  return count;
}
