// What every wire carries exactly: JSON that JavaScript can hold and queues and the table can store.

/** Our choice: deeper than anyone nests by hand, far below what a parser takes. */
export const JSON_LEVELS_MAX = 64;

/** What is wrong with a value, and where: a path below it such as `.items[3].price`. */
export interface JsonProblem {
  path: readonly (string | number)[];
  reason: string;
}

/** Half of a character, or one of the two code points that SQS and XML refuse. */
const BAD_TEXT = /[\p{Surrogate}\uFFFE\uFFFF]/u;
const TEXT_REASON = 'must be well-formed Unicode without U+FFFE and U+FFFF';

export const isCarriedText = (text: string): boolean => !BAD_TEXT.test(text);

/**
 * The first problem of a value that JSON.parse gave, or undefined. Never deeper than it allows, so that no nesting
 * exhausts the stack.
 */
export function jsonProblem(
  value: unknown,
  path: readonly (string | number)[] = [],
  levelsMax = JSON_LEVELS_MAX,
): JsonProblem | undefined {
  if (typeof value === 'string') return isCarriedText(value) ? undefined : { path, reason: TEXT_REASON };
  if (typeof value === 'number') return numberProblem(value, path);
  if (typeof value !== 'object' || value === null) return undefined;
  if (path.length >= levelsMax) return { path, reason: `must have at most ${levelsMax} levels` };
  if (Array.isArray(value)) return firstProblem(value.entries(), path, levelsMax);
  for (const key of Object.keys(value)) if (!isCarriedText(key)) return { path, reason: `names in it ${TEXT_REASON}` };
  return firstProblem(Object.entries(value), path, levelsMax);
}

function firstProblem(
  entries: Iterable<readonly [string | number, unknown]>,
  path: readonly (string | number)[],
  levelsMax: number,
): JsonProblem | undefined {
  for (const [key, value] of entries) {
    // Most values are leaves without a problem: no path is made for them.
    if (value === null || typeof value === 'boolean') continue;
    const problem = jsonProblem(value, [...path, key], levelsMax);
    if (problem) return problem;
  }
  return undefined;
}

function numberProblem(value: number, path: readonly (string | number)[]): JsonProblem | undefined {
  if (!Number.isFinite(value)) return { path, reason: 'must be a number that JSON can carry; send it as text' };
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return { path, reason: 'must be an integer from -(2^53 - 1) to 2^53 - 1; send larger ones as text' };
  return undefined;
}

/** JSON text that a queue takes, whatever is in it. */
export const toQueueText = (value: unknown): string =>
  JSON.stringify(value).replace(/[\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);

export const isJsonObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
