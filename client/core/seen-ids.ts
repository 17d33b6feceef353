// Ids that were reported already, so that nothing is reported twice.

/** Our choice: ids remembered, to report nothing twice. */
const SEEN_MAX = 500;

/** True once for each of the last ids. */
export function createSeen(): (id: string) => boolean {
  const ids = new Set<string>();
  return (id) => {
    if (ids.has(id)) return false;
    ids.add(id);
    // A set keeps its order: the first is the oldest.
    if (ids.size > SEEN_MAX) ids.delete(ids.values().next().value!);
    return true;
  };
}
