// CloudWatch of the running stack: collects what is measured, evaluates the alarms, says when one goes off.
import type { Clock } from '../clock.ts';
import type { History } from '../history/history.ts';
import type { Taps } from '../history/taps.ts';
import type { Queues } from '../sqs/queues.ts';
import type { Stack } from '../stack.ts';
import { type AlarmState, createAlarms } from './alarms.ts';
import { type AwsMetrics, awsMetrics } from './aws-metrics.ts';
import { type MetricName, metricStore, type Statistics } from './metric-store.ts';

export interface CloudWatch extends Pick<AwsMetrics, 'log' | 'deleted' | 'dropped'> {
  /** Reports on to the history, and measures on the way. */
  taps(history: History): Pick<Taps, 'started' | 'ended' | 'called'>;
  /** Every minute from now on. */
  watch(queues: Queues): void;
  states(): AlarmState[];
  read(metric: MetricName, fromMs: number, toMs: number): Statistics | undefined;
  clear(): void;
}

const MINUTE_MS = 60_000;

export function createCloudWatch(stack: Stack, deps: { clock: Clock; log: (line: string) => void }): CloudWatch {
  const { clock, log } = deps;
  const metrics = metricStore();
  const measured = awsMetrics(stack, { metrics, clock });
  const alarms = createAlarms(stack, { metrics, clock });
  const last = new Map<string, AlarmState['state']>();
  let watched: Queues | undefined;

  const states = (): AlarmState[] => {
    if (watched) measured.sample(watched);
    return alarms.states();
  };
  const look = (): void => {
    for (const { name, state, description } of states()) {
      if (state === 'ALARM' && last.get(name) !== 'ALARM') log(`ALARM ${name}: ${description}`);
      if (state === 'OK' && last.get(name) === 'ALARM') log(`OK    ${name}`);
      last.set(name, state);
    }
    clock.at(clock.now() + MINUTE_MS, look, { isRecurring: true });
  };
  return {
    ...measured,
    taps: (history) => ({
      started(invocation) {
        measured.started(invocation);
        history.started(invocation);
      },
      ended(invocation, result) {
        measured.ended(invocation, result);
        history.ended(invocation, result);
      },
      called(call) {
        measured.called(call);
        history.called(call);
      },
    }),
    watch(queues) {
      watched = queues;
      look();
    },
    states,
    read: metrics.read,
    clear() {
      metrics.clear();
      last.clear();
    },
  };
}
