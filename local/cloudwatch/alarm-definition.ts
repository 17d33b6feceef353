// An alarm as the template defines it: what it looks at, and when it goes off.
import type { Resource } from '../stack.ts';
import { type Lookup, metricMath } from './metric-math.ts';
import type { MetricName, Statistics } from './metric-store.ts';

export interface AlarmDefinition {
  logicalId: string;
  /** As CloudFormation would name it, without the random end. */
  name: string;
  description: string;
  periodMs: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  threshold: number;
  isBreaching(value: number): boolean;
  missing: 'missing' | 'notBreaching' | 'breaching' | 'ignore';
  /** The value of one period. */
  value(read: (metric: MetricName) => Statistics | undefined): number | undefined;
  /** What it looks at. */
  metrics: MetricName[];
}

const BREACHES: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};
const STATISTICS: Record<string, (found: Statistics) => number> = {
  Sum: ({ sum }) => sum,
  Maximum: ({ maximum }) => maximum,
  Minimum: ({ minimum }) => minimum,
  Average: ({ sum, count }) => sum / count,
  SampleCount: ({ count }) => count,
};

/** Throws naming the alarm where it asks for what is not emulated. */
export function alarmDefinition(resource: Resource): AlarmDefinition {
  const { logicalId, properties } = resource;
  const refuse = (what: string): never => {
    throw new Error(`Alarm ${logicalId}: ${what} is not emulated. Leave it out of what is run locally.`);
  };
  const breaches = BREACHES[properties.ComparisonOperator] ?? refuse(String(properties.ComparisonOperator));
  const { periodSeconds, value, metrics } = properties.Metrics
    ? ofMath(properties, refuse)
    : ofMetric(properties, refuse);
  if (periodSeconds % 60 !== 0) refuse(`the period of ${periodSeconds} s`);
  const threshold = Number(properties.Threshold);
  const evaluationPeriods = Number(properties.EvaluationPeriods);
  return {
    logicalId,
    name: String(properties.AlarmName ?? resource.ref),
    description: String(properties.AlarmDescription ?? ''),
    periodMs: periodSeconds * 1000,
    evaluationPeriods,
    datapointsToAlarm: Number(properties.DatapointsToAlarm ?? evaluationPeriods),
    threshold,
    isBreaching: (measured) => breaches(measured, threshold),
    missing: properties.TreatMissingData ?? 'missing',
    value,
    metrics,
  };
}

type Measure = Pick<AlarmDefinition, 'value' | 'metrics'> & { periodSeconds: number };

function ofMetric(properties: Record<string, any>, refuse: (what: string) => never): Measure {
  const statistic = STATISTICS[properties.Statistic] ?? refuse(`the statistic ${properties.Statistic}`);
  const metric = named(properties);
  return {
    periodSeconds: Number(properties.Period),
    metrics: [metric],
    value: (read) => applied(statistic, read(metric)),
  };
}

/** Expressions over metrics: the one with ReturnData is the alarm's. */
function ofMath({ Metrics: queries }: Record<string, any>, refuse: (what: string) => never): Measure {
  const measured = new Map<string, { metric: MetricName; statistic: (found: Statistics) => number }>();
  const periods = new Set<number>();
  let expression: string | undefined;
  for (const { Id: id, MetricStat: stat, Expression: math, ReturnData: isReturned } of queries) {
    if (stat) {
      const statistic = STATISTICS[stat.Stat] ?? refuse(`the statistic ${stat.Stat}`);
      measured.set(id, { metric: named(stat.Metric), statistic });
      periods.add(Number(stat.Period));
    } else if (isReturned !== false && expression === undefined) {
      expression = String(math);
    } else {
      refuse('a second expression');
    }
  }
  if (expression === undefined || periods.size !== 1) return refuse('metrics of several periods, or no expression');
  const evaluate = metricMath(expression);
  return {
    periodSeconds: [...periods][0]!,
    metrics: [...measured.values()].map(({ metric }) => metric),
    value(read) {
      const lookup: Lookup = (id) => {
        const query = measured.get(id);
        if (!query) throw new Error(`The expression "${expression}" names ${id}, which is no metric of it.`);
        return applied(query.statistic, read(query.metric));
      };
      return evaluate(lookup);
    },
  };
}

const applied = (statistic: (found: Statistics) => number, found: Statistics | undefined): number | undefined =>
  found && statistic(found);

interface NamedMetric {
  Namespace?: unknown;
  MetricName?: unknown;
  Dimensions?: { Name: string; Value: unknown }[];
}
const named = ({ Namespace, MetricName: name, Dimensions = [] }: NamedMetric): MetricName => ({
  namespace: String(Namespace),
  name: String(name),
  dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, String(Value)])),
});
