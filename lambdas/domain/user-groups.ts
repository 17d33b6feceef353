// Groups items whose order matters; the groups themselves are independent of one another.

/** Items keep their order within a group. */
export function groupInOrder<Item>(items: readonly Item[], groupOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(groupOf(item));
    if (group) group.push(item);
    else groups.set(groupOf(item), [item]);
  }
  return [...groups.values()];
}
