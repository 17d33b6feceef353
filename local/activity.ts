// Counts work in flight, so that moving the clock and the tests can wait until the system has settled.

export interface Activity {
  /** Counts `work` as in flight until it settles. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing is in flight, or after `timeoutMs` of real time. */
  idle(timeoutMs?: number): Promise<void>;
  readonly inFlight: number;
}

/** How long `idle` waits for a busy system by default: longer than any function's own time limit (our choice). */
const IDLE_TIMEOUT_MS = 40_000;

export function activity(): Activity {
  let inFlight = 0;
  const waiting = new Set<() => void>();
  const settled = () => {
    for (const wake of waiting) wake();
  };
  return {
    get inFlight() {
      return inFlight;
    },
    async track(work) {
      inFlight++;
      try {
        return await work;
      } finally {
        inFlight--;
        if (inFlight === 0) settled();
      }
    },
    async idle(timeoutMs = IDLE_TIMEOUT_MS) {
      const deadline = performance.now() + timeoutMs;
      for (let quietTurns = 0; quietTurns < 3 && performance.now() < deadline; ) {
        if (inFlight > 0) {
          quietTurns = 0;
          await new Promise<void>((resolve) => {
            const wake = () => {
              clearTimeout(limit);
              waiting.delete(wake);
              resolve();
            };
            const limit = setTimeout(wake, Math.max(1, deadline - performance.now()));
            waiting.add(wake);
          });
        } else {
          quietTurns++;
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
    },
  };
}
