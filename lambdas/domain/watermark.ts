// Read state without counters: a watermark says that everything up to an id was read at a moment.

/** Notifications with id ≤ `before` that became unread no later than `at` are read. Both are UUIDv7 text. */
export interface Watermark {
  before: string;
  at: string;
}

/** `unreadKey`: the moment the item last became unread (its own id when it never was read), absent when it was read by itself. */
export function isUnread(id: string, unreadKey: string | undefined, watermarks: readonly Watermark[]): boolean {
  if (unreadKey === undefined) return false;
  return !watermarks.some((mark) => id <= mark.before && unreadKey <= mark.at);
}

/** The watermark that made an item read, if one did. */
export function readBy(id: string, unreadKey: string | undefined, watermarks: readonly Watermark[]): Watermark | undefined {
  if (unreadKey === undefined) return undefined;
  return watermarks.find((mark) => id <= mark.before && unreadKey <= mark.at);
}

/** Adds a later watermark; those it covers fall away, so the list stays as short as the reader's habits are simple. */
export function withWatermark(watermarks: readonly Watermark[], next: Watermark): Watermark[] {
  const at = next.at > next.before ? next.at : next.before;
  return [...watermarks.filter((mark) => mark.before > next.before), { before: next.before, at }];
}

/** Nothing unread has an unread key at or below this, so a count reads only what lies above it. */
export function unreadFloor(watermarks: readonly Watermark[]): string {
  return watermarks.reduce((floor, mark) => (mark.before > floor ? mark.before : floor), '');
}
