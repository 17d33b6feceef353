// One dashboard: how much comes in, where it ends, how fast, what refuses, what it costs.
import { Duration, Stack } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Watched } from './alarm-conditions.ts';
import { costPerDay } from './cost-metrics.ts';
import { type CountedMetric, connectionsMetric, countMetric, latencyMetric } from './service-metrics.ts';

export interface DashboardProps extends Watched {
  alarms: Alarm[];
  runbookUrl: string;
}

const WIDTH = 8;
const HEIGHT = 6;
const FIVE_MINUTES = Duration.minutes(5);

export function serviceDashboard(scope: Construct, props: DashboardProps): Dashboard {
  const { functions, intake, storage, webSocketApi, alarms, runbookUrl } = props;
  const counted = (...names: CountedMetric[]): IMetric[] =>
    names.map((name) => countMetric(functions, name, { label: name.replaceAll('_', ' '), period: FIVE_MINUTES }));
  const depth = (label: string, queue: Watched['intake']['dispatchQueue']): IMetric =>
    queue.metricApproximateNumberOfMessagesVisible({ label, statistic: Stats.MAXIMUM, period: FIVE_MINUTES });
  const ofTable = (metricName: string, label: string) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: storage.table.tableName },
      statistic: Stats.SUM,
      label,
    });
  const { authorize, socket, inbox, dispatch, fanout } = functions;
  const throttles = Object.entries({ authorize, socket, inbox, dispatch, fanout }).map(([label, fn]) =>
    fn.metricThrottles({ label }),
  );
  const rows: IWidget[][] = [
    [
      new TextWidget({
        markdown: `# ${Stack.of(scope).stackName}\nWhat each alarm means and what to do: ${runbookUrl}/`,
        width: WIDTH,
        height: 4,
      }),
      new AlarmStatusWidget({ title: 'Alarms', alarms, width: 2 * WIDTH, height: 4 }),
    ],
    [
      graph('Requests', counted('accepted', 'scheduled', 'duplicate', 'cancelled')),
      graph('Delivered, by channel', [...counted('delivered_by_socket', 'pushed', 'left_in_inbox')]),
      graph('Refused or failed', counted('rejected', 'push_failed', 'post_refused', 'fanout_failed', 'dead_lettered')),
    ],
    [
      graph('Latency, bus to last socket (ms)', [
        latencyMetric(functions, { statistic: Stats.percentile(50), label: 'p50' }),
        latencyMetric(functions, { label: 'p99' }),
      ]),
      graph('Open sockets', [connectionsMetric(functions, { label: 'open', period: Duration.minutes(15) })]),
      graph('Sockets opened, refused', [
        webSocketApi.stage.metric('ConnectCount', { label: 'opened', statistic: Stats.SUM, period: FIVE_MINUTES }),
        ...counted('unauthorized'),
      ]),
    ],
    [
      graph('Waiting', [depth('dispatch queue', intake.dispatchQueue), depth('fan-out queue', intake.fanoutQueue)]),
      graph('To be looked at by a person', [
        depth('dead letters of dispatch', intake.deadLetterQueue),
        depth('dead letters of fan-out', intake.fanoutDeadLetterQueue),
        depth('undelivered', intake.undeliveredQueue),
        depth('rejected', intake.rejectedQueue),
      ]),
      graph('Throttled', [
        ...throttles,
        ofTable('ReadThrottleEvents', 'table, reads'),
        ofTable('WriteThrottleEvents', 'table, writes'),
      ]),
    ],
    [
      graph('Acknowledgements', counted('acknowledged', 'sent_again')),
      graph('Tried again', counted('retried', 'put_back', 'overdue')),
      new GraphWidget({
        title: 'Cost a day at list price (USD): requests, data and storage left out',
        left: costPerDay(props),
        stacked: true,
        width: WIDTH,
        height: HEIGHT,
        period: Duration.days(1),
      }),
    ],
  ];
  return new Dashboard(scope, 'Dashboard', { widgets: rows, defaultInterval: Duration.hours(12) });
}

const graph = (title: string, left: IMetric[]): GraphWidget =>
  new GraphWidget({ title, left, width: WIDTH, height: HEIGHT, leftYAxis: { min: 0, showUnits: false } });
