// The template's alarms, evaluated on the metrics of the running stack by the moved clock.
import type { Clock } from '../clock.ts';
import type { Stack } from '../stack.ts';
import { type AlarmDefinition, alarmDefinition } from './alarm-definition.ts';
import { isMeasured } from './aws-metrics.ts';
import type { MetricName, MetricStore } from './metric-store.ts';

export interface AlarmState {
  name: string;
  logical_id: string;
  description: string;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Newest first; null where nothing was measured. The last minute of the newest period is not over. */
  datapoints: (number | null)[];
  period_seconds: number;
  threshold: number;
  /** Metrics that nothing measures here: the state says nothing then. */
  unmeasured: string[];
}

const MINUTE_MS = 60_000;

export interface Alarms {
  states(): AlarmState[];
}

export function createAlarms(stack: Stack, { metrics, clock }: { metrics: MetricStore; clock: Clock }): Alarms {
  const definitions = stack.ofType('AWS::CloudWatch::Alarm').map(alarmDefinition);
  return {
    states: () => definitions.map((definition) => stateOf(definition, metrics, clock.now())),
  };
}

export function stateOf(alarm: AlarmDefinition, metrics: MetricStore, nowMs: number): AlarmState {
  // Every minute CloudWatch looks at the periods that end then: the window slides by minutes, whatever the period.
  const endMs = (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS;
  const datapoints = Array.from({ length: alarm.evaluationPeriods }, (_, back) => {
    const toMs = endMs - back * alarm.periodMs;
    return alarm.value((metric) => metrics.read(metric, toMs - alarm.periodMs, toMs));
  });
  const unmeasured = alarm.metrics.filter((metric) => !isMeasured(metric)).map(shown);
  return {
    name: alarm.name,
    logical_id: alarm.logicalId,
    description: alarm.description,
    state: unmeasured.length > 0 ? 'INSUFFICIENT_DATA' : decided(alarm, datapoints),
    datapoints: datapoints.map((value) => value ?? null),
    period_seconds: alarm.periodMs / 1000,
    threshold: alarm.threshold,
    unmeasured,
  };
}

function decided(alarm: AlarmDefinition, datapoints: (number | undefined)[]): AlarmState['state'] {
  const measured = datapoints.filter((value) => value !== undefined);
  const breaching = measured.filter(alarm.isBreaching).length;
  const missing = alarm.missing === 'breaching' ? datapoints.length - measured.length : 0;
  if (breaching + missing >= alarm.datapointsToAlarm) return 'ALARM';
  return measured.length === 0 && alarm.missing === 'missing' ? 'INSUFFICIENT_DATA' : 'OK';
}

const shown = ({ namespace, name }: MetricName): string => `${namespace} ${name}`;
