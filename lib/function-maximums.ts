// How much the functions may use at once: settings, because a new account has little and a busy one has much.

/** How many copies of a function work on its queue at once: 2 to 1,000. */
export interface MaxConcurrency {
  /**
   * Of `dispatch`, which delivers notifications.
   * @default 20
   */
  readonly dispatch?: number;
  /**
   * Of `fanout`, which serves everyone and topics. They share `postsPerSecond`.
   * @default - one for each 1,000 posts a second
   */
  readonly fanout?: number;
}

export const FUNCTION_NAMES = ['authorize', 'socket', 'inbox', 'dispatch', 'fanout'] as const;
/** Memory of single functions in MB: 256 to 10,240. */
export type MemorySizeMb = Readonly<Partial<Record<(typeof FUNCTION_NAMES)[number], number>>>;

/** Our choice: enough to empty a queue in bursts, little enough to leave the account's concurrency to others. */
const DISPATCH_CONCURRENCY = 20;
/** Our choice: what one worker posts without effort, by `npm run bench:fanout`. */
const POSTS_PER_WORKER = 1_000;
/** AWS limits of an event source mapping: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const CONCURRENCY_RANGE = [2, 1_000] as const;
/**
 * AWS limits: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html. Less than 256 MB does not hold
 * the bundles.
 */
const MEMORY_RANGE = [256, 10_240] as const;

export function checkedMaxConcurrency(
  given: MaxConcurrency | undefined,
  postsPerSecond: number,
): Required<MaxConcurrency> {
  for (const [name, value] of Object.entries(given ?? {}))
    checkRange(`maxConcurrency.${name}`, value, CONCURRENCY_RANGE);
  const [least, most] = CONCURRENCY_RANGE;
  const workers = Math.min(most, Math.max(least, Math.ceil(postsPerSecond / POSTS_PER_WORKER)));
  return { dispatch: DISPATCH_CONCURRENCY, fanout: workers, ...given };
}

export function checkedMemorySizeMb(given: MemorySizeMb = {}): MemorySizeMb {
  for (const [name, value] of Object.entries(given)) checkRange(`memorySizeMb.${name}`, value, MEMORY_RANGE);
  return given;
}

function checkRange(name: string, value: number, [from, to]: readonly [number, number]): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new Error(`${name} must be a whole number from ${from} to ${to}, not ${value}.`);
}
