// The latest AWS calls anyone made, newest first: what `/_local/calls`, the console and the tests read.

export interface Call {
  /** ISO 8601, by the moved clock. */
  time: string;
  /** Who called: a function's short name, `operator`, or an AWS service. */
  function: string;
  service: string;
  operation: string;
  resource: string;
  /** Everything IAM had to allow for it. */
  permissions: { action: string; resource: string }[];
  allowed: boolean;
  /** `ok`, or the error's code. */
  outcome: string;
  milliseconds: number;
  request_id: string;
}

export interface Calls {
  add(call: Call): void;
  latest(limit?: number): Call[];
  /** The latest that IAM refused, newest first. They are kept apart, so that no amount of later calls hides one. */
  denied(limit?: number): Call[];
  clear(): void;
}

/** Enough for a test run of a few thousand notifications without growing forever (our choice). */
const KEPT = 10_000;

export function createCalls(kept = KEPT): Calls {
  const all = ringBuffer(kept);
  const denied = ringBuffer(kept);
  return {
    add(call) {
      all.add(call);
      if (!call.allowed) denied.add(call);
    },
    latest: all.latest,
    denied: denied.latest,
    clear() {
      all.clear();
      denied.clear();
    },
  };
}

function ringBuffer(kept: number) {
  let calls: Call[] = [];
  let oldest = 0;
  return {
    add(call: Call) {
      if (calls.length < kept) calls.push(call);
      else {
        calls[oldest] = call;
        oldest = (oldest + 1) % kept;
      }
    },
    latest(limit = 100): Call[] {
      const count = Math.max(0, Math.min(limit, calls.length));
      return Array.from({ length: count }, (_, back) => calls[(oldest + calls.length - 1 - back) % calls.length]!);
    },
    clear() {
      calls = [];
      oldest = 0;
    },
  };
}
