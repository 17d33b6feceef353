// The latest AWS calls anyone made, newest first: what `/_local/calls`, the console and the tests read.

export interface Call {
  /** ISO 8601, by the moved clock. */
  time: string;
  /** Who called: a function's short name, `operator`, or an AWS service. */
  function: string;
  service: string;
  operation: string;
  resource: string;
  allowed: boolean;
  /** `ok`, or the error's code. */
  outcome: string;
  milliseconds: number;
  request_id: string;
}

export interface Calls {
  add(call: Call): void;
  latest(limit?: number): Call[];
  clear(): void;
}

/** Enough for a test run of a few thousand notifications without growing forever (our choice). */
const KEPT = 10_000;

export function createCalls(kept = KEPT): Calls {
  let ring: Call[] = [];
  let oldest = 0;
  return {
    add(call) {
      if (ring.length < kept) ring.push(call);
      else {
        ring[oldest] = call;
        oldest = (oldest + 1) % kept;
      }
    },
    latest(limit = 100) {
      const count = Math.max(0, Math.min(limit, ring.length));
      return Array.from({ length: count }, (_, back) => ring[(oldest + ring.length - 1 - back) % ring.length]!);
    },
    clear() {
      ring = [];
      oldest = 0;
    },
  };
}
