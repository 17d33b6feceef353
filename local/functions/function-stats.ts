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
  /** Milliseconds of the latest invocations that came to an end of their own: real time, and CPU of the thread. */
  durationsMs: number[];
  cpuMs: number[];
}

/** Latest samples kept per function (our choice). */
const SAMPLES = 10_000;

export function functionStats() {
  const empty = () => ({ invocations: 0, errors: 0, throttles: 0, coldStarts: 0 });
  let counts = empty();
  let durationsMs: number[] = [];
  let cpuMs: number[] = [];
  return {
    count(what: keyof ReturnType<typeof empty>) {
      counts[what]++;
    },
    sample(duration: number, cpu: number) {
      if (durationsMs.length >= SAMPLES * 2) {
        durationsMs = durationsMs.slice(-SAMPLES);
        cpuMs = cpuMs.slice(-SAMPLES);
      }
      durationsMs.push(duration);
      cpuMs.push(cpu);
    },
    read: () => ({ ...counts, durationsMs: durationsMs.slice(-SAMPLES), cpuMs: cpuMs.slice(-SAMPLES) }),
    reset() {
      counts = empty();
      durationsMs = [];
      cpuMs = [];
    },
  };
}
