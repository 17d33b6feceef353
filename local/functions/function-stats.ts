// What one function's invocations took: counts, and the latest durations and CPU times for percentiles.

export interface FunctionStats {
  invocations: number;
  /** Invocations that ended in a function error, whatever the kind. */
  errors: number;
  throttles: number;
  coldStarts: number;
  /** Sandboxes now, busy ones included. */
  workers: number;
  /** Invocations waiting for a sandbox now. */
  waiting: number;
  /** Real milliseconds of the latest invocations. */
  durationsMs: number[];
  /** Calls of the latest invocation that followed one another: `dynamodb:Query`. */
  latestChain: string[];
  /** CPU milliseconds of the thread for the latest invocations that were not cut short. */
  cpuMs: number[];
}

/** Latest samples kept per function (our choice). */
const SAMPLES = 10_000;

export function functionStats() {
  const empty = () => ({ invocations: 0, errors: 0, throttles: 0, coldStarts: 0 });
  let counts = empty();
  let durationsMs: number[] = [];
  let cpuMs: number[] = [];
  let latestChain: string[] = [];
  const keep = (samples: number[], sample: number): number[] => {
    samples.push(sample);
    return samples.length >= 2 * SAMPLES ? samples.slice(-SAMPLES) : samples;
  };
  return {
    count(what: keyof ReturnType<typeof empty>) {
      counts[what]++;
    },
    duration(milliseconds: number) {
      durationsMs = keep(durationsMs, milliseconds);
    },
    cpu(milliseconds: number) {
      cpuMs = keep(cpuMs, milliseconds);
    },
    chain(calls: string[]) {
      latestChain = calls;
    },
    read: () => ({ ...counts, latestChain, durationsMs: durationsMs.slice(-SAMPLES), cpuMs: cpuMs.slice(-SAMPLES) }),
    reset() {
      counts = empty();
      durationsMs = [];
      cpuMs = [];
    },
  };
}
