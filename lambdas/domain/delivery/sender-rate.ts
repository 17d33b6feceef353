// How much may be sent to one user in a minute, of one type and in all. What comes beyond it is stored, and summarised
// in one notification.
import type { UnreadKey } from '../inbox/ports.ts';
import { firstKeyAt, idTimeMs } from '../model/notification-id.ts';
import { payloadOf, type StoredNotification } from '../model/stored-notification.ts';
import { joinDigest } from '../schedule/join-digest.ts';
import { shownOf } from './digest-wanted.ts';
import type { Deps } from './ports.ts';

/** Our choice: nobody reads more than one a second, and a loop somewhere makes more at once. */
export const SENT_PER_TYPE_AND_MINUTE_MAX = 60;
const MINUTE_MS = 60_000;

/** Our choice: so many keys are always among those that the unread count reads. */
const COUNTED_CROWD_MAX = 50;

/** The name of the digest of what came beyond the limits. */
export const RATE_NAME = 'rate';

type RateDeps = Pick<Deps, 'rateSlots' | 'limits'>;

/**
 * The keys are those the unread count has read anyway; only when they show a crowd are rate-limit slots taken, which
 * costs a write. A count alone would let several under way at once pass on the last place.
 */
export async function isOverRate(
  deps: RateDeps,
  userId: string,
  notification: Limited,
  keys: readonly UnreadKey[],
): Promise<boolean> {
  const { id } = notification;
  for (const { type, sinceId, most } of crowdedLimits(deps, notification, keys)) {
    if (!(await deps.rateSlots.take(userId, type, id, sinceId, most))) return true;
  }
  return false;
}

/** The same for one that is not stored, and takes no slot. */
export async function wouldBeOverRate(
  deps: RateDeps,
  userId: string,
  notification: Limited,
  keys: readonly UnreadKey[],
): Promise<boolean> {
  const { id } = notification;
  for (const { type, sinceId, most } of crowdedLimits(deps, notification, [...keys, { id, unread_key: id }])) {
    if (!(await deps.rateSlots.hasRoom(userId, type, sinceId, most))) return true;
  }
  return false;
}

interface Limited {
  id: string;
  notification_type: string;
}

/**
 * Limits that this one may be beyond. In a crowd of half a limit none can be, even with all that dispatch may have
 * under way at once.
 */
function crowdedLimits(
  { limits: { notificationsPerMinute } }: Pick<RateDeps, 'limits'>,
  { id, notification_type }: Limited,
  keys: readonly UnreadKey[],
): { type?: string; sinceId: string; most: number }[] {
  const sinceId = firstKeyAt(Math.max(0, idTimeMs(id) - MINUTE_MS));
  // Where the keys are not all there are, they are the newest.
  const crowd = new Set(keys.map((key) => key.id).filter((keyId) => keyId > sinceId)).size;
  return [{ type: notification_type, most: SENT_PER_TYPE_AND_MINUTE_MAX }, { most: notificationsPerMinute }]
    .filter(({ most }) => crowd > Math.min(most / 2, COUNTED_CROWD_MAX))
    .map((limit) => ({ ...limit, sinceId }));
}

/** One notification a minute later says how many there are, and which are the newest. Idempotent. */
export async function summarise(
  deps: Parameters<typeof joinDigest>[0],
  userId: string,
  stored: StoredNotification,
): Promise<void> {
  const { id, priority = 'normal' } = stored;
  const shown = shownOf({ ...stored, priority, payload: payloadOf(stored) });
  const member = { id, accepted_at_ms: idTimeMs(id), ...shown };
  await joinDigest(deps, userId, { name: RATE_NAME, closesAtMs: deps.clock.now() + MINUTE_MS }, [member]);
}
