// When a person must act: what each alarm looks at, from which number on, and how long. All numbers are our choices.
import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Functions } from './functions.ts';
import type { Intake } from './intake.ts';
import type { Schedules } from './schedules.ts';
import { COUNTED_BY, type CountedMetric, countedBy } from './service-metrics.ts';
import type { Storage } from './storage.ts';
import type { WebSocketApi } from './websocket-api.ts';

export interface Watched {
  functions: Functions;
  intake: Intake;
  schedules: Schedules;
  storage: Storage;
  webSocketApi: WebSocketApi;
  hasPush: boolean;
}

export interface AlarmCondition {
  /** The construct's id. */
  id: string;
  /** The file in docs/runbooks/, without its ending. */
  runbook: string;
  /** What happened, for the person who is paged. */
  says: string;
  metric: IMetric;
  comparison: ComparisonOperator;
  threshold: number;
  /** So many of so many periods must be over the threshold. */
  datapoints: number;
  periods: number;
}

const FIVE_MINUTES = Duration.minutes(5);
const ABOVE = ComparisonOperator.GREATER_THAN_THRESHOLD;
const AT_LEAST = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
const ONCE = { datapoints: 1, periods: 1 };

export function alarmConditions(watched: Watched): AlarmCondition[] {
  const { functions, intake, schedules, storage } = watched;
  const counted = (name: CountedMetric) => {
    const metrics = Object.fromEntries(
      COUNTED_BY[name].map((service) => [`${name}_${service}`, countedBy(functions, service, name)]),
    );
    return { metrics, sum: sumOf(Object.keys(metrics)) };
  };
  return [
    {
      id: 'DeadLetters',
      runbook: 'dead-letters',
      says: 'Messages failed every attempt and wait in a dead-letter queue.',
      metric: math(sumOf(['dispatch', 'fanout']), {
        dispatch: waiting(intake.deadLetterQueue),
        fanout: waiting(intake.fanoutDeadLetterQueue),
      }),
      comparison: ABOVE,
      threshold: 0,
      ...ONCE,
    },
    {
      id: 'Undelivered',
      runbook: 'undelivered',
      says: 'EventBridge, the scheduler or SNS could not put messages on the dispatch queue.',
      metric: waiting(intake.undeliveredQueue).with({ period: FIVE_MINUTES }),
      comparison: ABOVE,
      threshold: 0,
      ...ONCE,
    },
    rejectedEvents(counted('rejected'), counted('accepted')),
    {
      id: 'Backlog',
      runbook: 'backlog',
      says: 'A new event waits more than a minute before dispatch receives it.',
      metric: drainSeconds(intake.dispatchQueue),
      comparison: ABOVE,
      threshold: 60,
      datapoints: 5,
      periods: 5,
    },
    functionErrors(watched),
    {
      id: 'ScheduleFailures',
      runbook: 'schedule-failures',
      says: 'Scheduled notifications were not sent at their time.',
      metric: math(sumOf(['dropped', 'overdue']), {
        dropped: new Metric({
          namespace: 'AWS/Scheduler',
          metricName: 'InvocationDroppedCount',
          dimensionsMap: { ScheduleGroup: schedules.group.ref },
          statistic: Stats.SUM,
        }),
        overdue: countedBy(functions, 'dispatch', 'overdue'),
      }),
      comparison: ABOVE,
      threshold: 0,
      ...ONCE,
    },
    {
      id: 'ThrottledPosts',
      runbook: 'throttled-posts',
      says: 'API Gateway refuses more than 5 % of the frames to open sockets.',
      metric: share(counted('post_refused'), counted('delivered_by_socket'), 20),
      comparison: ABOVE,
      threshold: 5,
      ...ONCE,
    },
    ...(watched.hasPush ? [pushFailures(counted('push_failed'), counted('pushed'))] : []),
    {
      id: 'TableThrottles',
      runbook: 'table-throttles',
      says: 'DynamoDB throttles reads or writes of the table.',
      metric: math(sumOf(['reads', 'writes']), {
        reads: tableMetric(storage, 'ReadThrottleEvents'),
        writes: tableMetric(storage, 'WriteThrottleEvents'),
      }),
      comparison: AT_LEAST,
      threshold: 10,
      ...ONCE,
    },
  ];
}

interface Counted {
  metrics: Record<string, IMetric>;
  sum: string;
}

const rejectedEvents = (rejected: Counted, accepted: Counted): AlarmCondition => ({
  id: 'RejectedEvents',
  runbook: 'rejected-events',
  says: 'More than 1 % of the requests are invalid and were not delivered.',
  metric: share(rejected, accepted, 5),
  comparison: ABOVE,
  threshold: 1,
  ...ONCE,
});

const pushFailures = (failed: Counted, pushed: Counted): AlarmCondition => ({
  id: 'PushFailures',
  runbook: 'push-failures',
  says: 'More than 10 % of the mobile pushes fail.',
  metric: share(failed, pushed, 5),
  comparison: ABOVE,
  threshold: 10,
  ...ONCE,
});

/**
 * `authorize` answers 401 by throwing, which Lambda counts as an error: its own count of these is subtracted. `inbox`
 * and `socket` answer their errors themselves, which Lambda doesn't count: theirs is added. Two periods, because a
 * function's own count comes some seconds after Lambda's, and SQS repeats what failed once.
 */
function functionErrors({ functions }: Watched): AlarmCondition {
  const { authorize, socket, inbox, dispatch, fanout } = functions;
  const invoked = { authorize, socket, inbox, dispatch, fanout };
  const errors = Object.entries(invoked).map(
    ([name, fn]) => [name, fn.metricErrors({ statistic: Stats.SUM })] as const,
  );
  const answered = COUNTED_BY.internal_error.map(
    (service) => [`${service}_answers`, countedBy(functions, service, 'internal_error')] as const,
  );
  const failed = Object.fromEntries<IMetric>([...errors, ...answered]);
  return {
    id: 'FunctionErrors',
    runbook: 'function-errors',
    says: 'Functions fail, beyond connections refused for want of a valid credential.',
    metric: math(`${sumOf(Object.keys(failed))} - FILL(unauthorized, 0)`, {
      ...failed,
      unauthorized: countedBy(functions, 'authorize', 'unauthorized'),
    }),
    comparison: AT_LEAST,
    threshold: 5,
    datapoints: 2,
    periods: 3,
  };
}

/**
 * How long the queue needs for what it holds, at its pace of the last minute. Not the age of its oldest message: that
 * includes messages that are delayed on purpose, up to 15 minutes, and failed ones between two attempts.
 */
function drainSeconds(queue: Queue): IMetric {
  const metrics = {
    waiting: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.AVERAGE }),
    done: queue.metricNumberOfMessagesDeleted({ statistic: Stats.SUM }),
  };
  return math('60 * FILL(waiting, 0) / IF(FILL(done, 0) > 1, done, 1)', metrics, Duration.minutes(1));
}

/** Percent; 0 below `least`, so that one failure among few alarms nobody. */
const share = (failed: Counted, succeeded: Counted, least: number): IMetric =>
  math(`IF(${failed.sum} >= ${least}, 100 * (${failed.sum}) / (${failed.sum} + ${succeeded.sum}), 0)`, {
    ...failed.metrics,
    ...succeeded.metrics,
  });

/** What has no data counts as 0: a sum with nothing would be nothing. */
const sumOf = (names: string[]): string => names.map((name) => `FILL(${name}, 0)`).join(' + ');

const waiting = (queue: Queue) =>
  queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM }) as Metric;

const tableMetric = ({ table }: Storage, metricName: string): IMetric =>
  new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName: table.tableName },
    statistic: Stats.SUM,
  });

const math = (expression: string, usingMetrics: Record<string, IMetric>, period = FIVE_MINUTES): MathExpression =>
  new MathExpression({ expression, usingMetrics, period });
