// Seen apart from read: what came before the user last opened the bell is seen, whether it was read or not.

/** Ids up to `before` are seen, and those of `ids`: the last seconds, which no mark may reach into. */
export interface SeenMark {
  before: string;
  ids: string[];
}

export const NOTHING_SEEN: SeenMark = { before: '', ids: [] };

/** Our choice, so that the user's row stays small: more than come in a few seconds. What is beyond stays unseen. */
export const SEEN_IDS_MAX = 100;

export const isUnseen = (id: string, { before, ids }: SeenMark): boolean => id > before && !ids.includes(id);

/** Both marks as one. It never goes back. */
export function withSeen(mark: SeenMark, next: SeenMark): SeenMark {
  const before = mark.before > next.before ? mark.before : next.before;
  const ids = [...new Set([...mark.ids, ...next.ids])].filter((id) => id > before).sort();
  return { before, ids: ids.slice(-SEEN_IDS_MAX) };
}
