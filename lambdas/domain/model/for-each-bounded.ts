// Works through a list with a bounded number of calls under way at once.

/** Rejects with the first error; what is under way then is not waited for, and nothing more begins. */
export async function forEachBounded<Item>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  let isBroken = false;
  const work = async (): Promise<void> => {
    while (next < items.length && !isBroken) {
      try {
        await act(items[next++]!);
      } catch (error) {
        isBroken = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
}
