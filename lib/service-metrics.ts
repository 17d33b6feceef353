// The service's metrics in CloudWatch: the functions write them as log lines, in a namespace of each service's own.
import { Names } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';

/** Which functions count what. */
export const COUNTED_BY = {
  accepted: ['dispatch'],
  recalled: ['dispatch'],
  recall_without_effect: ['dispatch'],
  rollout_stopped: ['dispatch'],
  rejected: ['dispatch'],
  duplicate: ['dispatch'],
  stored: ['dispatch'],
  delivered_by_socket: ['dispatch', 'fanout'],
  gone: ['dispatch', 'fanout', 'inbox', 'socket'],
  post_refused: ['dispatch', 'fanout', 'inbox'],
  left_in_inbox: ['dispatch'],
  expired: ['dispatch'],
  unreachable: ['dispatch'],
  retried: ['dispatch', 'fanout'],
  put_back: ['dispatch'],
  dead_lettered: ['dispatch', 'fanout'],
  fanout_failed: ['dispatch', 'fanout'],
  scheduled: ['dispatch'],
  overdue: ['dispatch'],
  cancelled: ['dispatch'],
  cancel_without_effect: ['dispatch'],
  acknowledged: ['socket'],
  sent_again: ['dispatch'],
  alerted_again: ['dispatch'],
  muted: ['dispatch'],
  rate_limited: ['dispatch'],
  digested: ['dispatch'],
  pushed: ['dispatch'],
  push_failed: ['dispatch'],
  push_held: ['dispatch'],
  device_pruned: ['dispatch'],
  logged_out: ['dispatch'],
  credential_expired: ['dispatch', 'inbox', 'socket'],
  count_frame_failed: ['inbox'],
  too_many_requests: ['inbox', 'socket'],
  too_many_connections: ['socket'],
  internal_error: ['inbox', 'socket'],
  unauthorized: ['authorize'],
} as const satisfies Record<string, readonly string[]>;

/** What the functions count. */
export type CountedMetric = keyof typeof COUNTED_BY;

const NAMESPACE_MAX_CHARACTERS = 200; // Our choice; AWS takes 255.

/** `scope` is the construct that holds the functions: two services in one account count apart. */
export function metricsNamespace(scope: IConstruct): string {
  return `Carillon/${Names.uniqueResourceName(scope, { maxLength: NAMESPACE_MAX_CHARACTERS, separator: '-' })}`;
}

/** How often something happened, summed over the functions that count it. */
export function countMetric(functions: IConstruct, name: CountedMetric, options: MetricOptions = {}): IMetric {
  const of = (service: string) => functionMetric(functions, service, name, { statistic: Stats.SUM, ...options });
  const [first, ...others] = COUNTED_BY[name];
  if (others.length === 0) return of(first);
  const parts = Object.fromEntries(COUNTED_BY[name].map((service) => [`${name}_${service}`, of(service)]));
  return new MathExpression({
    // A function that counted nothing in a period has no value there, and a sum with nothing would be nothing.
    expression: Object.keys(parts)
      .map((part) => `FILL(${part}, 0)`)
      .join(' + '),
    usingMetrics: parts,
    label: options.label ?? name,
    ...(options.period && { period: options.period }),
  });
}

/** Milliseconds from the bus taking an event in to the last socket having it. */
export function latencyMetric(functions: IConstruct, options: MetricOptions = {}): Metric {
  return functionMetric(functions, 'dispatch', 'delivery_latency', { statistic: Stats.percentile(99), ...options });
}

/** How many sockets are open, counted every quarter of an hour. */
export function connectionsMetric(functions: IConstruct, options: MetricOptions = {}): Metric {
  return functionMetric(functions, 'dispatch', 'live_connections', { statistic: Stats.MAXIMUM, ...options });
}

/** What one function counted, for math over several. */
export function countedBy(functions: IConstruct, service: string, name: CountedMetric): Metric {
  return functionMetric(functions, service, name, { statistic: Stats.SUM });
}

function functionMetric(functions: IConstruct, service: string, metricName: string, options: MetricOptions): Metric {
  return new Metric({ namespace: metricsNamespace(functions), metricName, dimensionsMap: { service }, ...options });
}
