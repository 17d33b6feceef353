// The absolute number of unread notifications: the user's own and the broadcasts, derived from keys, never counted up and down.
import { UNREAD_COUNT_MAX } from '../../../protocol/limits.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import type { UnreadSummary } from '../../../protocol/unread.ts';
import { isVisibleTo, unreadKeyOf } from '../model/broadcast-view.ts';
import type { Recipient } from '../model/recipient.ts';
import { isUnread, unreadFloor } from '../model/watermark.ts';
import type { BroadcastKey, Deps, UnreadKey } from './ports.ts';

export type CountDeps = Pick<Deps, 'inbox' | 'broadcasts' | 'clock'>;

/** As a badge shows it. */
export async function unreadCount(deps: CountDeps, recipient: Recipient): Promise<number> {
  return (await unreadSummary(deps, recipient)).unread_count;
}

export async function unreadSummary(deps: CountDeps, recipient: Recipient): Promise<UnreadSummary> {
  return (await loadUnread(deps, recipient)).summary;
}

/** The summary, and which broadcasts are in it. Looks at one more than it counts, so that it knows whether that is all. */
export async function loadUnread(
  deps: CountDeps,
  recipient: Recipient,
): Promise<{ summary: UnreadSummary; broadcastIds: string[] }> {
  const { user_id: userId, watermarks, cleared_before: clearedBefore } = recipient;
  const floor = unreadFloor(watermarks);
  // What was never read since it came is counted where it is; what was marked unread again may be covered by a later watermark.
  const [neverRead, again, broadcasts] = await Promise.all([
    deps.inbox.neverRead(userId, floor > clearedBefore ? floor : clearedBefore, UNREAD_COUNT_MAX + 1),
    deps.inbox.unreadAgain(userId, floor),
    deps.broadcasts.keysNewerThan(floor),
  ]);
  return summarize(recipient, [...neverRead, ...again], broadcasts, deps.clock.now());
}

/** `keys`: all that may be unread, or more than are counted. */
export function summarize(
  recipient: Recipient,
  keys: readonly UnreadKey[],
  broadcasts: readonly BroadcastKey[],
  nowMs: number,
): { summary: UnreadSummary; broadcastIds: string[] } {
  const own = unreadOwn(recipient, keys);
  const everyones = unreadBroadcasts(recipient, broadcasts, nowMs);
  const total = own.length + everyones.length;
  const [nextExpiry] = [...own, ...everyones].flatMap(({ expires_at: at }) => at ?? []).sort();
  return {
    summary: {
      unread_count: Math.min(UNREAD_COUNT_MAX, total),
      unread_count_exact: total <= UNREAD_COUNT_MAX,
      ...(nextExpiry !== undefined && { next_expiry_at: nextExpiry }),
    },
    broadcastIds: everyones.map(({ id }) => id),
  };
}

function unreadOwn({ watermarks, cleared_before: clearedBefore }: Recipient, keys: readonly UnreadKey[]): UnreadKey[] {
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
