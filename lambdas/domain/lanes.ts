// Items that must follow one another stand in one lane; lanes run side by side.

/** In each lane the items keep their order. */
export function inLanes<Item>(items: readonly Item[], laneOf: (item: Item) => string): Item[][] {
  const lanes = new Map<string, Item[]>();
  for (const item of items) {
    const lane = lanes.get(laneOf(item));
    if (lane) lane.push(item);
    else lanes.set(laneOf(item), [item]);
  }
  return [...lanes.values()];
}
