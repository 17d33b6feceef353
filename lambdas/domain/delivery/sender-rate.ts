// How much one kind of notification may send to one user: what comes beyond it is stored, but neither sent nor pushed.
import { UNREAD_COUNT_MAX } from '../../../protocol/limits.ts';
import type { UnreadKey } from '../inbox/ports.ts';
import { firstKeyAt, idTimeMs } from '../model/notification-id.ts';
import type { Deps } from './ports.ts';

/** Our choice: nobody reads more than one a second, and a loop somewhere makes more at once. */
export const SENT_PER_TYPE_AND_MINUTE_MAX = 60;
const MINUTE_MS = 60_000;

/** Our choice: in a smaller crowd none can be beyond the limit, even with all that dispatch may have under way at once. */
const CROWD = SENT_PER_TYPE_AND_MINUTE_MAX / 2;

/**
 * The keys are those the unread count has read anyway; only when they show a crowd are rate-limit slots taken, which costs a write. A
 * count alone would let several under way at once pass on the last place.
 */
export async function isOverRate(
  deps: Pick<Deps, 'rateSlots'>,
  userId: string,
  notification: { id: string; notification_type: string },
  keys: readonly UnreadKey[],
): Promise<boolean> {
  const { id, notification_type: type } = notification;
  const aMinuteBefore = firstKeyAt(Math.max(0, idTimeMs(id) - MINUTE_MS));
  const crowd = keys.filter((key) => key.id > aMinuteBefore).length;
  const sawAll = keys.length < UNREAD_COUNT_MAX;
  if (sawAll && crowd <= CROWD) return false;
  return !(await deps.rateSlots.take(userId, type, id, aMinuteBefore, SENT_PER_TYPE_AND_MINUTE_MAX));
}
