// How long calls take on AWS, as we declare it: nothing here was measured in an account. What costs and latencies are
// modelled by.

export interface Latency {
  p50Ms: number;
  p99Ms: number;
}

/** Within a region, on a kept connection. Change a figure here once you have measured it in your account. */
export const DECLARED_LATENCIES: Record<string, Latency> = {
  dynamodb: { p50Ms: 4, p99Ms: 15 },
  apigatewaymanagementapi: { p50Ms: 10, p99Ms: 45 },
  sqs: { p50Ms: 7, p99Ms: 35 },
  sns: { p50Ms: 20, p99Ms: 90 },
  events: { p50Ms: 15, p99Ms: 70 },
  scheduler: { p50Ms: 25, p99Ms: 120 },
};

/** Between services, and of a new sandbox: from here on a call is answered as above. */
export const DECLARED_HOPS = {
  /** From PutEvents to the message on the queue. */
  bus: { p50Ms: 40, p99Ms: 130 },
  /** From the message on the queue to the function's start. */
  queue: { p50Ms: 15, p99Ms: 80 },
  /** A new sandbox with Node.js, our bundle, and its first connections. */
  coldStart: { p50Ms: 375, p99Ms: 900 },
} as const satisfies Record<string, Latency>;

const OTHER: Latency = { p50Ms: 20, p99Ms: 100 };
/** Standard deviations from the median to the 99th percentile. */
const Z99 = 2.3263;

export const latencyOf = (service: string): Latency => DECLARED_LATENCIES[service] ?? OTHER;

/** Latencies are taken to be log-normal: spread of the logarithm. */
export const spreadOf = ({ p50Ms, p99Ms }: Latency): number => Math.log(p99Ms / p50Ms) / Z99;

export function meanMs(service: string): number {
  const latency = latencyOf(service);
  return latency.p50Ms * Math.exp(spreadOf(latency) ** 2 / 2);
}
