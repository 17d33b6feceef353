// Puts changed rows into the feed: known ones in their place, new ones on top, the oldest beyond the bound forgotten.
import type { HistoryRow } from '../../protocol/local/history.ts';

/** As many as the runtime keeps. */
export const ROWS_KEPT = 5_000;

/** Both newest first by `order`. */
export function mergeRows(rows: HistoryRow[], changed: HistoryRow[]): HistoryRow[] {
  const byId = new Map(changed.map((row) => [row.id, row]));
  const kept = rows.map((row) => {
    const newer = byId.get(row.id);
    if (!newer) return row;
    byId.delete(row.id);
    return newer;
  });
  if (byId.size === 0) return kept;
  const added = [...byId.values()].sort((a, b) => b.order - a.order);
  const isOnTop = kept[0] === undefined || added.at(-1)!.order > kept[0].order;
  const all = isOnTop ? [...added, ...kept] : [...added, ...kept].sort((a, b) => b.order - a.order);
  return all.length > ROWS_KEPT ? all.slice(0, ROWS_KEPT) : all;
}
