// The latency modelled for AWS follows the declared figures.
import { expect, it } from 'vitest';
import { modelledLatency } from '../../bench/modelled-latency.ts';
import { DECLARED_HOPS, latencyOf } from '../../local/declared-latencies.ts';

const calls = ['dynamodb:Query', 'dynamodb:PutItem', 'apigatewaymanagementapi:PostToConnection'];

it('at the median, hops and calls add up to a little more than their medians', () => {
  const medians = [DECLARED_HOPS.bus, DECLARED_HOPS.queue, ...calls.map((call) => latencyOf(call.split(':')[0]!))];
  const sum = medians.reduce((total, { p50Ms }) => total + p50Ms, 0);
  const { p50Ms, p99Ms } = modelledLatency({ calls, cpuMs: 0 });
  expect(p50Ms).toBeGreaterThan(sum);
  expect(p50Ms).toBeLessThan(sum * 1.3);
  expect(p99Ms).toBeGreaterThan(p50Ms);
});

it('is longer with CPU time, with another call and with a cold start, and shorter past the bus', () => {
  const { p50Ms } = modelledLatency({ calls, cpuMs: 0 });
  expect(modelledLatency({ calls, cpuMs: 10 }).p50Ms).toBeCloseTo(p50Ms + 10, 6);
  expect(modelledLatency({ calls: [...calls, 'dynamodb:Query'], cpuMs: 0 }).p50Ms).toBeGreaterThan(p50Ms);
  expect(modelledLatency({ calls, cpuMs: 0, isCold: true }).p50Ms).toBeGreaterThan(p50Ms + 300);
  expect(modelledLatency({ calls, cpuMs: 0, isFast: true }).p50Ms).toBeLessThan(p50Ms);
});

it('is the same each time', () => {
  expect(modelledLatency({ calls, cpuMs: 3 })).toEqual(modelledLatency({ calls, cpuMs: 3 }));
});
