// Spreads calls evenly over time, so that several workers that share a quota never exceed it together.
import type { Deps } from './ports.ts';

export interface Pacer {
  /** Resolves when the next call may be made. */
  turn(): Promise<void>;
}

/** Our choices: a timer is not worth setting for less; what a late timer lost may be caught up with. */
const WAIT_MIN_MS = 4;
const CREDIT_MS = 4;
/**
 * Together they let up to 0.8 % more through in some second, and one call: what is asked for is that much below the
 * rate.
 */
const HEADROOM = 0.99;

export function pacer({ clock, wait }: Pick<Deps, 'clock' | 'wait'>, perSecond: number): Pacer {
  const intervalMs = 1_000 / (perSecond * HEADROOM);
  let nextMs = 0;
  return {
    async turn() {
      const nowMs = clock.now();
      const atMs = Math.max(nextMs, nowMs - CREDIT_MS);
      nextMs = atMs + intervalMs;
      // `wait` takes less than a second.
      for (let leftMs = atMs - nowMs; leftMs >= WAIT_MIN_MS; leftMs -= 900) await wait(Math.min(leftMs, 900));
    },
  };
}
