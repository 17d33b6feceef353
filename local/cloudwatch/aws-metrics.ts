// What AWS's own services measure of the stack: those of their metrics that alarms of the template can look at.
import { AwsError } from '../aws/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { LogLine } from '../functions/function-logs.ts';
import { functionName } from '../functions/function-name.ts';
import type { ObservedCall, ObservedInvocation, ObservedResult } from '../history/taps.ts';
import type { Queues } from '../sqs/queues.ts';
import type { Stack } from '../stack.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import type { MetricName, MetricStore } from './metric-store.ts';

export interface AwsMetrics {
  log(line: LogLine): void;
  started(invocation: ObservedInvocation): void;
  ended(invocation: ObservedInvocation, result: ObservedResult): void;
  called(call: ObservedCall): void;
  deleted(queueName: string): void;
  /** A schedule whose target took it in none of its tries. */
  dropped(scheduleGroup: string): void;
  /** Reads what can only be read at a moment: how many messages wait. */
  sample(queues: Queues): void;
}

/** The metrics of AWS that are measured here. Those of other namespaces are the functions' own. */
const MEASURED: Record<string, readonly string[]> = {
  'AWS/Lambda': ['Invocations', 'Errors'],
  'AWS/DynamoDB': ['ReadThrottleEvents', 'WriteThrottleEvents'],
  'AWS/SQS': ['ApproximateNumberOfMessagesVisible', 'NumberOfMessagesDeleted'],
  'AWS/Scheduler': ['InvocationDroppedCount'],
};

export const isMeasured = ({ namespace, name }: MetricName): boolean =>
  !namespace.startsWith('AWS/') || (MEASURED[namespace]?.includes(name) ?? false);

/** Reads and writes that DynamoDB refused for want of capacity are counted apart. */
const READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'];
const THROTTLES = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'];

export function awsMetrics(stack: Stack, { metrics, clock }: { metrics: MetricStore; clock: Clock }): AwsMetrics {
  const functions = new Map(stack.ofType('AWS::Lambda::Function').map((one) => [functionName(one), one.ref]));
  /** By request id. Lambda files an invocation under the time it began. */
  const begun = new Map<string, number>();
  const count = (namespace: string, name: string, dimensions: Record<string, string>, atMs = clock.now()) =>
    metrics.add({ namespace, name, dimensions }, 1, atMs);
  return {
    log({ line }) {
      for (const { value, atMs, ...metric } of embeddedMetrics(line)) metrics.add(metric, value, atMs);
    },
    started({ requestId }) {
      begun.set(requestId, clock.now());
    },
    ended({ requestId, function: name }, { error }) {
      const atMs = begun.get(requestId);
      begun.delete(requestId);
      const dimensions = { FunctionName: functions.get(name) ?? name };
      count('AWS/Lambda', 'Invocations', dimensions, atMs);
      metrics.add({ namespace: 'AWS/Lambda', name: 'Errors', dimensions }, error ? 1 : 0, atMs ?? clock.now());
    },
    called({ service, operation, error, input }) {
      if (service !== 'dynamodb' || !(error instanceof AwsError) || !THROTTLES.includes(error.code)) return;
      const tables = input?.TableName === undefined ? Object.keys(input?.RequestItems ?? {}) : [input.TableName];
      const name = READS.includes(operation) ? 'ReadThrottleEvents' : 'WriteThrottleEvents';
      for (const TableName of tables) count('AWS/DynamoDB', name, { TableName });
    },
    deleted: (QueueName) => count('AWS/SQS', 'NumberOfMessagesDeleted', { QueueName }),
    dropped: (ScheduleGroup) => count('AWS/Scheduler', 'InvocationDroppedCount', { ScheduleGroup }),
    sample(queues) {
      for (const { name: QueueName, available } of queues.all) {
        const name = 'ApproximateNumberOfMessagesVisible';
        metrics.add({ namespace: 'AWS/SQS', name, dimensions: { QueueName } }, available, clock.now());
      }
    },
  };
}
