// How much the functions may use at once: settings, because a new account has little and a busy one has much.

export interface MaxConcurrency {
  /** Default: 20. */
  readonly dispatch: number;
  /** Default: 20. */
  readonly fanout: number;
}

export const FUNCTION_NAMES = ['authorize', 'socket', 'inbox', 'dispatch', 'fanout'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];
export type MemorySizeMb = Readonly<Partial<Record<FunctionName, number>>>;

/** Our choices: enough to empty a queue in bursts, little enough to leave the account's concurrency to others. */
const MAX_CONCURRENCY: MaxConcurrency = { dispatch: 20, fanout: 20 };
/** AWS limits of an event source mapping: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const CONCURRENCY_RANGE = [2, 1_000] as const;
/**
 * AWS limits: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html. Less than 256 MB does not hold
 * the bundles.
 */
const MEMORY_RANGE = [256, 10_240] as const;

export function checkedMaxConcurrency(given: Partial<MaxConcurrency> = {}): MaxConcurrency {
  for (const [name, value] of Object.entries(given)) checkRange(`maxConcurrency.${name}`, value, CONCURRENCY_RANGE);
  return { ...MAX_CONCURRENCY, ...given };
}

export function checkedMemorySizeMb(given: MemorySizeMb = {}): MemorySizeMb {
  for (const [name, value] of Object.entries(given)) checkRange(`memorySizeMb.${name}`, value, MEMORY_RANGE);
  return given;
}

function checkRange(name: string, value: number, [from, to]: readonly [number, number]): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new Error(`${name} must be a whole number from ${from} to ${to}, not ${value}.`);
}
