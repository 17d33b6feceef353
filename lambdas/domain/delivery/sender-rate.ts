// How much one kind of notification may send to one user: what comes beyond it is stored, but neither sent nor pushed.
import type { UnreadKey } from '../inbox/ports.ts';
import { firstKeyAt, idTimeMs } from '../model/notification-id.ts';
import type { Deps } from './ports.ts';

/** Our choice: nobody reads more than one a second, and a loop somewhere makes more at once. */
export const SENT_PER_TYPE_AND_MINUTE_MAX = 60;
const MINUTE_MS = 60_000;

/**
 * Our choice: in a smaller crowd none can be beyond the limit, even with all that dispatch may have under way at once.
 */
const CROWD = SENT_PER_TYPE_AND_MINUTE_MAX / 2;

/**
 * The keys are those the unread count has read anyway; only when they show a crowd are rate-limit slots taken, which
 * costs a write. A count alone would let several under way at once pass on the last place.
 */
export async function isOverRate(
  deps: Pick<Deps, 'rateSlots'>,
  userId: string,
  notification: Limited,
  keys: readonly UnreadKey[],
): Promise<boolean> {
  const sinceId = crowdedSince(notification, keys);
  if (sinceId === undefined) return false;
  const { id, notification_type: type } = notification;
  return !(await deps.rateSlots.take(userId, type, id, sinceId, SENT_PER_TYPE_AND_MINUTE_MAX));
}

/** The same for one that is not stored, and takes no slot. */
export async function wouldBeOverRate(
  deps: Pick<Deps, 'rateSlots'>,
  userId: string,
  notification: Limited,
  keys: readonly UnreadKey[],
): Promise<boolean> {
  const { id, notification_type: type } = notification;
  const sinceId = crowdedSince(notification, [...keys, { id, unread_key: id }]);
  if (sinceId === undefined) return false;
  return !(await deps.rateSlots.hasRoom(userId, type, sinceId, SENT_PER_TYPE_AND_MINUTE_MAX));
}

interface Limited {
  id: string;
  notification_type: string;
}

/** The key of a minute before; undefined where so few came since that none can be beyond the limit. */
function crowdedSince({ id }: Limited, keys: readonly UnreadKey[]): string | undefined {
  const aMinuteBefore = firstKeyAt(Math.max(0, idTimeMs(id) - MINUTE_MS));
  // Where the keys are not all there are, they are the newest.
  const crowd = new Set(keys.map((key) => key.id).filter((keyId) => keyId > aMinuteBefore));
  return crowd.size <= CROWD ? undefined : aMinuteBefore;
}
