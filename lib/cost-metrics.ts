// What the service costs a day, estimated from AWS's own metrics at the list prices of us-east-1 (seen 2026-11-21).
// Left out: logs, storage, data transfer, connection minutes, pushes, and the metrics themselves.
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Watched } from './alarm-conditions.ts';

const DAY = Duration.days(1);
/** Dollars for a million of each. */
const PRICES = {
  websocketMessages: 1,
  lambdaRequests: 0.2,
  lambdaGbSeconds: 13.3334,
  sqsRequests: 0.4,
  tableWrites: 0.625,
  tableReads: 0.125,
};
/** Lambda's metric is in milliseconds, its price for seconds of a gigabyte. */
const MILLISECONDS = 1000;
const MB_OF_GB = 1024;

export function costPerDay({ functions, intake, storage, webSocketApi }: Watched): MathExpression[] {
  const { authorize, socket, inbox, dispatch, fanout } = functions;
  const invoked = Object.entries({ authorize, socket, inbox, dispatch, fanout });
  const daily = (namespace: string, metricName: string, dimensionsMap: Record<string, string>): IMetric =>
    new Metric({ namespace, metricName, dimensionsMap, statistic: Stats.SUM, period: DAY });
  const ofTable = (name: string) => daily('AWS/DynamoDB', name, { TableName: storage.table.tableName });
  const queues = { dispatch_queue: intake.dispatchQueue, fanout_queue: intake.fanoutQueue };
  const queueCalls = Object.entries(queues).flatMap(([name, queue]) =>
    ['NumberOfMessagesSent', 'NumberOfMessagesReceived', 'NumberOfEmptyReceives', 'NumberOfMessagesDeleted'].map(
      (metricName, at) => [`${name}_${at}`, daily('AWS/SQS', metricName, { QueueName: queue.queueName })] as const,
    ),
  );
  const duration = invoked.map(([name, fn]) => {
    const gb = (fn.node.defaultChild as unknown as { memorySize: number }).memorySize / MB_OF_GB;
    return { name, gb, metric: fn.metricDuration({ statistic: Stats.SUM, period: DAY }) };
  });
  return [
    priced('API Gateway, sockets', PRICES.websocketMessages, {
      messages: daily('AWS/ApiGateway', 'MessageCount', { ApiId: webSocketApi.api.apiId }),
    }),
    priced(
      'Lambda, requests',
      PRICES.lambdaRequests,
      Object.fromEntries(
        invoked.map(([name, fn]) => [`${name}_requests`, fn.metricInvocations({ statistic: Stats.SUM, period: DAY })]),
      ),
    ),
    new MathExpression({
      label: 'Lambda, duration',
      period: DAY,
      expression: `${PRICES.lambdaGbSeconds} / 1000000 * (${duration
        .map(({ name, gb }) => `FILL(${name}_ms, 0) / ${MILLISECONDS} * ${gb}`)
        .join(' + ')})`,
      usingMetrics: Object.fromEntries(duration.map(({ name, metric }) => [`${name}_ms`, metric])),
    }),
    // A call takes up to ten messages, so this is the most it can be.
    priced('SQS, at most', PRICES.sqsRequests, Object.fromEntries(queueCalls)),
    priced('DynamoDB, writes', PRICES.tableWrites, { writes: ofTable('ConsumedWriteCapacityUnits') }),
    priced('DynamoDB, reads', PRICES.tableReads, { reads: ofTable('ConsumedReadCapacityUnits') }),
  ];
}

const priced = (label: string, dollarsAMillion: number, usingMetrics: Record<string, IMetric>): MathExpression =>
  new MathExpression({
    label,
    period: DAY,
    expression: `${dollarsAMillion} / 1000000 * (${Object.keys(usingMetrics)
      .map((name) => `FILL(${name}, 0)`)
      .join(' + ')})`,
    usingMetrics,
  });
