// What may go wrong with a call, how often, and the call that suffers it: as the SDK makes it, with its tries and its
// time limit.
import { PUT_MAX_MS } from '../../lambdas/domain/model/filing.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Probability of each, per try of a call; `killed` per call. */
export interface FaultRates {
  slow: number;
  throttled: number;
  failed: number;
  /** Applied, but the answer does not arrive: the SDK tries again. */
  lost: number;
  /** The function dies while the call is under way. */
  killed: number;
}
export type FaultKind = keyof FaultRates;
export const NO_FAULTS: FaultRates = { slow: 0, throttled: 0, failed: 0, lost: 0, killed: 0 };

export interface FaultCounts extends Record<FaultKind, number> {
  repeated: number;
  reordered: number;
  late: number;
}
export const noFaultCounts = (): FaultCounts => ({
  slow: 0,
  throttled: 0,
  failed: 0,
  lost: 0,
  killed: 0,
  repeated: 0,
  reordered: 0,
  late: 0,
});

/** As lambdas/aws/clients.ts has it: three tries, each with a limit of time, and one for all together. */
const ATTEMPTS = 3;
/** What must not be done twice is tried once. */
const TRIED_ONCE = new Set(['push.toEveryone']);
const TRY_MAX_MS = 2_000;
const CALL_MAX_MS = PUT_MAX_MS;
const RETRY_MEAN_MS = 50;
/** Latencies of a call without a fault. */
const LATENCY_MIN_MS = 1;
const LATENCY_MEAN_MS = 4;

export class InjectedFault extends Error {
  constructor(name: string, operation: string) {
    super(`${operation}: injected`);
    this.name = name;
  }
}

export interface CallOptions {
  time: VirtualTime;
  /** Of the invocation. */
  random(): Random;
  rates: FaultRates;
  counts: FaultCounts;
  isKilled(): boolean;
  kill(): void;
  trace(line: () => string): void;
}

/** Never settles once the function is dead. */
const NEVER = new Promise<never>(() => undefined);

export function faultyCall(options: CallOptions) {
  const { time, rates, counts, isKilled, kill, trace } = options;
  return async <Result>(operation: string, apply: () => Result): Promise<Result> => {
    const random = options.random();
    const endsAtMs = time.now() + CALL_MAX_MS;
    const attempts = TRIED_ONCE.has(operation) ? 1 : ATTEMPTS;
    for (let attempt = 1; ; attempt++) {
      if (isKilled()) return NEVER;
      const fault = faultOf(random, rates);
      if (fault !== undefined) {
        counts[fault]++;
        trace(() => `${operation} is ${fault}`);
      }
      const tryMaxMs = Math.min(TRY_MAX_MS, endsAtMs - time.now());
      const latencyMs =
        fault === 'slow' ? random.next() * TRY_MAX_MS * 1.3 : LATENCY_MIN_MS + random.exponential(LATENCY_MEAN_MS);
      // A try that takes too long is given up, and the request with it.
      await time.sleep(Math.min(latencyMs, tryMaxMs));
      if (isKilled()) return NEVER;
      if (fault === 'killed') {
        if (random.chance(0.5)) apply();
        kill();
        return NEVER;
      }
      const problem = problemOf(fault, latencyMs >= tryMaxMs);
      if (problem === undefined) return apply();
      if (fault === 'lost' && latencyMs < tryMaxMs) {
        apply();
        await time.sleep(random.next() * (tryMaxMs - latencyMs));
      }
      const pauseMs = random.exponential(RETRY_MEAN_MS * 2 ** attempt);
      if (isKilled()) return NEVER;
      if (attempt === attempts || time.now() + pauseMs >= endsAtMs) throw new InjectedFault(problem, operation);
      await time.sleep(pauseMs);
    }
  };
}

function problemOf(fault: FaultKind | undefined, isTimeout: boolean): string | undefined {
  if (fault === 'throttled') return 'ThrottlingException';
  if (fault === 'failed') return 'InternalServerError';
  if (fault === 'lost' || isTimeout) return 'TimeoutError';
  return undefined;
}

function faultOf(random: Random, rates: FaultRates): FaultKind | undefined {
  let left = random.next();
  for (const kind in rates) {
    left -= rates[kind as FaultKind];
    if (left < 0) return kind as FaultKind;
  }
  return undefined;
}
