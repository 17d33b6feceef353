// How long to wait after a failure: full jitter, so that clients a server lost at once do not return at once.

/** As the specification states them. */
const FIRST_MS = 1_000;
const MOST_MS = 30_000;

/** `failures` counts from 1. `random` is at least 0 and less than 1. */
export function backoffMs(failures: number, random: number): number {
  return random * Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
}
