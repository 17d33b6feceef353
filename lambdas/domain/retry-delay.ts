// How long a failed message rests before the queue hands it out again.

/**
 * Our choices: 4, 16, 64, 256 s at most, so that five tries span minutes, longer than most faults last; AWS would allow
 * 12 h.
 */
const BASE = 4;
const DELAY_MAX_SECONDS = 300;

/** Exponential with full jitter, because whatever failed many at once must not meet all of them again at once. */
export function retryDelaySeconds(receiveCount: number, random: () => number): number {
  const cap = Math.min(DELAY_MAX_SECONDS, BASE ** receiveCount);
  return 1 + Math.floor(random() * cap);
}
