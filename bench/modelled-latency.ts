// How long a notification would take on AWS: the declared latencies of its hops and calls, added up many times.
import { DECLARED_HOPS, type Latency, latencyOf, spreadOf } from '../local/declared-latencies.ts';
import { seededRandom } from './broadcast/random.ts';
import { percentile } from './percentile.ts';

export interface LatencyModel {
  /** Calls that follow one another: `dynamodb:Query`. */
  calls: readonly string[];
  /** CPU time at the function's share of a vCPU. */
  cpuMs: number;
  /** A sandbox has to be started. */
  isCold?: boolean;
  /** Past the bus. */
  isFast?: boolean;
}

const SAMPLES = 20_000;

export function modelledLatency({ calls, cpuMs, isCold = false, isFast = false }: LatencyModel): Latency {
  const hops = [
    ...(isFast ? [latencyOf('sqs')] : [DECLARED_HOPS.bus]),
    DECLARED_HOPS.queue,
    ...(isCold ? [DECLARED_HOPS.coldStart] : []),
    ...calls.map((call) => latencyOf(call.split(':')[0]!)),
  ];
  const random = seededRandom(1);
  const samples = Array.from({ length: SAMPLES }, () =>
    hops.reduce((sum, hop) => sum + random.logNormal(hop.p50Ms, spreadOf(hop)), cpuMs),
  );
  return { p50Ms: percentile(samples, 50), p99Ms: percentile(samples, 99) };
}
