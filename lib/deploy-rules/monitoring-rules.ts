// Rules about alarms and the dashboard.
import type { DeployRule } from './deploy-rule.ts';
import { written } from './stack-view.ts';

/** AWS limits: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const METRICS_OF_AN_ALARM = 10;
const METRICS_OF_A_DASHBOARD = 500;
const ALARM_NAME_PROPERTIES = { 'AWS::CloudWatch::Alarm': 'AlarmName', 'AWS::CloudWatch::Dashboard': 'DashboardName' };

export const monitoringRules: DeployRule[] = [
  {
    id: 'monitoring-unnamed',
    holds: 'Alarms and dashboards have no name of their own.',
    otherwise: 'A second stack in the account fails or takes the first one’s over.',
    check: (stack) =>
      Object.entries(ALARM_NAME_PROPERTIES).flatMap(([type, name]) =>
        stack
          .ofType(type)
          .filter(({ properties }) => properties[name] !== undefined)
          .map(({ logicalId, properties }) => ({ logicalId, problem: `is named ${written(properties[name])}` })),
      ),
  },
  {
    id: 'alarm-metrics-fit',
    holds: 'An alarm looks at no more than ten metrics, and returns one of its queries.',
    otherwise: 'PutMetricAlarm refuses it.',
    check: (stack) =>
      stack.ofType('AWS::CloudWatch::Alarm').flatMap(({ logicalId, properties: { Metrics: queries = [] } }) => {
        const metrics = queries.filter((query: any) => query.MetricStat).length;
        const returned = queries.filter((query: any) => query.ReturnData !== false).length;
        return [
          ...(metrics > METRICS_OF_AN_ALARM ? [{ logicalId, problem: `looks at ${metrics} metrics` }] : []),
          ...(queries.length > 0 && returned !== 1 ? [{ logicalId, problem: `returns ${returned} queries` }] : []),
        ];
      }),
  },
  {
    id: 'dashboard-fits',
    holds: 'A dashboard has at most 500 metrics, and its body is JSON.',
    otherwise: 'PutDashboard refuses it.',
    check: (stack) =>
      stack.ofType('AWS::CloudWatch::Dashboard').flatMap(({ logicalId, properties }) => {
        const widgets = widgetsOf(written(properties.DashboardBody));
        if (!widgets) return [{ logicalId, problem: 'has a body that is no JSON' }];
        const metrics = widgets.reduce((sum, { properties: of }) => sum + (of?.metrics?.length ?? 0), 0);
        return metrics > METRICS_OF_A_DASHBOARD ? [{ logicalId, problem: `has ${metrics} metrics` }] : [];
      }),
  },
];

function widgetsOf(body: string): { properties?: { metrics?: unknown[] } }[] | undefined {
  try {
    return JSON.parse(body).widgets;
  } catch {
    // The rule reports it.
    return undefined;
  }
}
