// Random numbers from a seed, so that a run can be repeated.

export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** Log-normal: half are above the median; `spread` is the standard deviation of the logarithm. */
  logNormal(median: number, spread: number): number;
}

/** Mulberry32: small, fast, good enough for latencies and faults. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    logNormal(median, spread) {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(spread * normal);
    },
  };
}
