// Read state without counters: a watermark says that everything up to an id was read at a moment.
import { idTimeMs, momentKey, newestOf, notificationId } from './notification-id.ts';

/** Notifications with id ≤ `before` that became unread no later than `at` are read. Both are UUIDv7 text. */
export interface Watermark {
  before: string;
  at: string;
}

/**
 * What was never read has its own id as unread key. What was marked unread again has this sign and the moment: it sorts
 * after every id, so that the index holds the never read in the order of their ids, page by page, and these few apart.
 */
export const AGAIN_SIGN = '~';

export const becameUnreadAt = (unreadKey: string): string =>
  unreadKey.startsWith(AGAIN_SIGN) ? unreadKey.slice(AGAIN_SIGN.length) : unreadKey;

/** The unread key of an item that is marked unread again: later than every watermark, whatever the clock says. */
export function unreadAgainKey(id: string, nowMs: number, watermarks: readonly Watermark[]): string {
  const afterMarks = watermarks.map((mark) => idTimeMs(mark.at) + 1);
  return AGAIN_SIGN + notificationId(Math.max(nowMs, idTimeMs(id) + 1, ...afterMarks), id, 'unread again');
}

/** The moment of a new watermark: later than all before it, and no earlier than what was marked unread last. */
export function watermarkMoment(
  nowMs: number,
  watermarks: readonly Watermark[],
  newestAgainKey: string | undefined,
): string {
  const afterMarks = watermarks.map((mark) => idTimeMs(mark.at) + 1);
  const again = newestAgainKey === undefined ? 0 : idTimeMs(becameUnreadAt(newestAgainKey));
  return momentKey(Math.max(nowMs, again, ...afterMarks));
}

/** `unreadKey`: when the item last became unread, absent when it was read by itself. */
export function isUnread(id: string, unreadKey: string | undefined, watermarks: readonly Watermark[]): boolean {
  return unreadKey !== undefined && readBy(id, unreadKey, watermarks) === undefined;
}

/** The watermark that made an item read, if one did. */
export function readBy(
  id: string,
  unreadKey: string | undefined,
  watermarks: readonly Watermark[],
): Watermark | undefined {
  if (unreadKey === undefined) return undefined;
  const moment = becameUnreadAt(unreadKey);
  return watermarks.find((mark) => id <= mark.before && moment <= mark.at);
}

/**
 * Our choice. A list grows only when everything up to an older and older id is marked read, and each time what was
 * marked unread again in between must stay distinct; beyond this the two oldest marks become one, which reads a little
 * more.
 */
const WATERMARKS_MAX = 50;

/** Adds a later watermark; those it covers fall away, so the list stays as short as the reader's habits are simple. */
export function withWatermark(watermarks: readonly Watermark[], next: Watermark): Watermark[] {
  const at = newestOf(next.at, next.before);
  const marks = [...watermarks.filter((mark) => mark.before > next.before), { before: next.before, at }];
  if (marks.length <= WATERMARKS_MAX) return marks;
  const [first, second, ...rest] = marks;
  return [{ before: first!.before, at: second!.at }, ...rest];
}

/**
 * Nothing that was never read, and nothing marked unread again before it, is unread at or below this: a count starts
 * here.
 */
export function unreadFloor(watermarks: readonly Watermark[]): string {
  return newestOf(...watermarks.map((mark) => mark.before));
}
