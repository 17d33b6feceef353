// "Did you mean …": the known name that a misspelt one is closest to.

/** undefined when none is close: more than a third of it would have to change. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, changes: changesBetween(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.changes - b.changes);
  return best && best.changes * 3 <= best.candidate.length ? best.candidate : undefined;
}

/** Our choice: names are shorter; what is longer is close to none. */
const CHARACTERS_MAX = 128;

/** Characters to insert, delete or replace. */
function changesBetween(from: string, to: string): number {
  if (from.length > CHARACTERS_MAX) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [at, character] of [...from].entries()) {
    const next = [at + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = row[column - 1]! + (to[column - 1] === character ? 0 : 1);
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
