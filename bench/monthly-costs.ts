// What a stack costs each month before anything is sent, from its template.
import { COUNTED_BY } from '../lib/service-metrics.ts';
import type { Template } from '../local/template/template.ts';
import { PRICES } from '../protocol/list-prices.ts';
import { idleReceivesPerSecond } from './idle-pollers.ts';
import type { Service } from './services.ts';

export interface MonthlyCost {
  /** Which one bills it; of a sum, the one that bills most. */
  service: Service;
  what: string;
  dollars: number;
}

export const MONTH_SECONDS = (365 / 12) * 24 * 60 * 60;
/**
 * https://aws.amazon.com/cloudwatch/pricing/ (seen 2026-11-21): a metric, an alarm, a dashboard a month; free tier left
 * out.
 */
const METRIC_DOLLARS = 0.3;
const ALARM_DOLLARS = 0.1;
const DASHBOARD_DOLLARS = 3;
/** https://aws.amazon.com/secrets-manager/pricing/ (seen 2026-11-22): a secret a month, calls left out. */
const SECRET_DOLLARS = 0.4;
/**
 * What a sweep for lost wake-ups takes: an invocation of the scheduler and of the function, queue requests, reads and a
 * write. It also counts the open sockets: half a unit for each of 16 partitions, more where there are many sockets.
 */
const SWEEP_DOLLARS =
  PRICES.scheduler_invocations +
  3 * PRICES.sqs_requests +
  PRICES.lambda_requests +
  0.03 * PRICES.lambda_gb_seconds +
  12 * PRICES.dynamodb_rru +
  PRICES.dynamodb_wru;

export function monthlyCosts(template: Template): MonthlyCost[] {
  const queues = queueFunctions(template).length;
  const sweeps = ofType(template, 'AWS::Scheduler::Schedule').length;
  // Billed for each metric an alarm looks at.
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm');
  const alarmed = alarms.reduce((sum, { Properties = {} }) => sum + metricsOf(Properties), 0);
  const dashboards = ofType(template, 'AWS::CloudWatch::Dashboard').length;
  const secrets = ofType(template, 'AWS::SecretsManager::Secret').length;
  const metrics = 2 + Object.values(COUNTED_BY).reduce((sum, functions) => sum + functions.length, 0);
  return [
    {
      service: 'SQS',
      what: `${queues} queues polled in vain`,
      dollars: queues * idleReceivesPerSecond(0) * MONTH_SECONDS * PRICES.sqs_requests,
    },
    {
      service: 'DynamoDB',
      what: 'sweeps for lost wake-ups, every 15 minutes',
      dollars: (sweeps * MONTH_SECONDS * SWEEP_DOLLARS) / 900,
    },
    {
      service: 'CloudWatch',
      what: `at most ${metrics} metrics, each only while it counts`,
      dollars: metrics * METRIC_DOLLARS,
    },
    {
      service: 'CloudWatch',
      what: `${alarms.length} alarms over ${alarmed} metrics`,
      dollars: alarmed * ALARM_DOLLARS,
    },
    { service: 'CloudWatch', what: `${dashboards} dashboards`, dollars: dashboards * DASHBOARD_DOLLARS },
    ...(secrets > 0
      ? [{ service: 'Secrets Manager' as const, what: `${secrets} secrets`, dollars: secrets * SECRET_DOLLARS }]
      : []),
  ];
}

const metricsOf = ({ Metrics: queries = [{ MetricStat: {} }] }: Record<string, any>): number =>
  queries.filter((query: any) => query.MetricStat !== undefined).length;

export function monthlyLines(template: Template): string[] {
  const costs = monthlyCosts(template);
  const total = costs.reduce((sum, { dollars }) => sum + dollars, 0);
  return [
    `The stack itself: $${total.toFixed(2)} per month`,
    '',
    ...costs.map(({ what, dollars }) => `  ${what.padEnd(50)} $${dollars.toFixed(2).padStart(6)}`),
  ];
}

/** Short names of the functions that take from a queue. */
export function queueFunctions({ Resources }: Template): string[] {
  return ofType({ Resources } as Template, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => {
    const fn = Resources[(Properties as any).FunctionName.Ref];
    return (fn!.Properties as any).Environment.Variables.POWERTOOLS_SERVICE_NAME as string;
  });
}

const ofType = ({ Resources }: Template, type: string) =>
  Object.values(Resources).filter((resource) => resource.Type === type);
