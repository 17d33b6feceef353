// How long a failed message rests before the queue hands it out again.

/**
 * Our choices: 4, 16, 64, 256 s at most, so that five tries span minutes, longer than most faults last; AWS would allow
 * 12 h.
 */
const BASE = 4;
const DELAY_MAX_SECONDS = 300;

/**
 * Exponential with full jitter, because whatever failed many at once must not meet all of them again at once. Not
 * before the service that refused wants to be asked again, but never later than the longest delay.
 */
export function retryDelaySeconds(receiveCount: number, random: () => number, notBeforeSeconds = 0): number {
  const cap = Math.min(DELAY_MAX_SECONDS, BASE ** receiveCount);
  return Math.max(1 + Math.floor(random() * cap), Math.min(DELAY_MAX_SECONDS, notBeforeSeconds));
}
