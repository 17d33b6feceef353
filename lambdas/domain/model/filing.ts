// Under which moment a notification is filed, and how far back from now its inbox may still change: one rule for all.
import { notificationId } from './notification-id.ts';
import type { StoredNotification } from './stored-notification.ts';

/**
 * Our choice, above what the way through bus and queue takes: what is later than this is filed under the time it is
 * filed.
 */
export const FILED_LATE_MS = 5_000;
/** Our choice: a put that takes longer with all its tries is given up, and the message is retried. */
export const PUT_MAX_MS = 5_000;
/**
 * Ids older than this don't come any more: a put starts at most FILED_LATE_MS after the time in its id, and takes at
 * most PUT_MAX_MS. Marks stay behind it, and `sync` looks this much further back than it is asked to.
 */
export const SETTLING_MS = FILED_LATE_MS + PUT_MAX_MS;

/** What is stored under an id that a late request gave up: the request was filed anew, at this moment. */
export interface Refiled {
  filed_at_ms: number;
}

export const isRefiled = (row: object): row is Refiled => 'filed_at_ms' in row;

/**
 * The rows of one inbox, or of the broadcasts. Neither write replaces a row: both return what is stored under the id
 * already.
 */
export interface Rows {
  put(item: StoredNotification): Promise<'created' | StoredNotification | Refiled>;
  refile(id: string, filedAtMs: number): Promise<'created' | StoredNotification | Refiled>;
}

/** Our choice: each late attempt adds one, and a message has few. */
const REFILED_MAX = 50;

/**
 * Stores the item that `toItem` makes for its id. A late attempt first takes the id that the request would have had, so
 * that an earlier attempt which is still under way can't store the same request under it.
 */
export async function file(
  rows: Rows,
  clock: { now(): number },
  request: { dueAtMs: number; requestId: string; userId: string },
  toItem: (id: string) => StoredNotification,
): Promise<{ planned: StoredNotification; outcome: 'created' | StoredNotification }> {
  let timeMs = request.dueAtMs;
  for (let refiled = 0; refiled < REFILED_MAX; refiled++) {
    const id = notificationId(timeMs, request.requestId, request.userId);
    const planned = toItem(id);
    const nowMs = clock.now();
    const isLate = nowMs - timeMs > FILED_LATE_MS;
    const outcome = isLate ? await rows.refile(id, nowMs) : await rows.put(planned);
    if (outcome === 'created' && isLate) timeMs = nowMs;
    else if (outcome === 'created') return { planned, outcome };
    else if (isRefiled(outcome)) timeMs = outcome.filed_at_ms;
    else return { planned, outcome };
  }
  throw new Error(`A notification was filed late ${REFILED_MAX} times and could not be stored.`);
}
