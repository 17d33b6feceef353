// npm run bench:latency: from PutEvents to the frame on the socket, on this machine and modelled on AWS; CPU time of
// each function.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ONE_VCPU_MB } from '../local/functions/modelled-duration.ts';
import { type BenchStack, startBenchStack } from './bench-stack.ts';
import { connectUsers } from './connect-users.ts';
import { modelledLatency } from './modelled-latency.ts';
import { percentile, summary } from './percentile.ts';
import { inBatches, requestTo, userOf } from './requests.ts';

const { values } = parseArgs({
  options: {
    notifications: { type: 'string', default: '500' },
    /** Notifications a second in the second run. */
    rate: { type: 'string', default: '50' },
  },
});
const count = Number(values.notifications);
const ratePerSecond = Number(values.rate);
/** As lib/service-function.ts gives it by default. */
const DISPATCH_MEMORY_MB = 512;
/** Sent before anything is measured, so that connections are open and code is compiled. */
const WARM_UP = 50;

const stack = await startBenchStack();
try {
  await measured('one at a time', async () => {
    const sentAtMs: number[] = [];
    for (let index = 0; index < count; index++) {
      sentAtMs.push(performance.now());
      await stack.put(requestTo(userOf(index), index));
      await stack.framesArrived('notification', WARM_UP + index + 1);
    }
    return sentAtMs;
  });
  await printModel();
  await measured(`${ratePerSecond} a second`, async () => {
    const startMs = performance.now();
    const sentAtMs: number[] = [];
    const puts: Promise<void>[] = [];
    for (let index = 0; index < count; index++) {
      await pause(startMs + (index * 1000) / ratePerSecond - performance.now());
      sentAtMs.push(performance.now());
      puts.push(stack.put(requestTo(userOf(index), index)));
    }
    await Promise.all(puts);
    await stack.framesArrived('notification', WARM_UP + count);
    return sentAtMs;
  });
  await measured('ten to a call', async () => {
    const sentAtMs: number[] = [];
    for (const indexes of inBatches(count)) {
      for (const index of indexes) sentAtMs[index] = performance.now();
      await stack.put(...indexes.map((index) => requestTo(userOf(index), index)));
      await stack.framesArrived('notification', WARM_UP + indexes.at(-1)! + 1);
    }
    return sentAtMs;
  });
} finally {
  await stack.close();
}

/** Of one notification at a time: what the function did, at the latencies declared for AWS. */
async function printModel(): Promise<void> {
  const { dispatch } = (await stack.meter()).functions;
  const { latestChain, cpuMs } = dispatch!;
  const slowdown = ONE_VCPU_MB / DISPATCH_MEMORY_MB;
  const model = { calls: latestChain, cpuMs: percentile(cpuMs, 50) * slowdown };
  console.log(`modelled on AWS, from latencies declared in local/declared-latencies.ts (nothing was measured there):`);
  console.log(`  ${latestChain.length} calls after one another: ${latestChain.join(', ')}`);
  const row = (name: string, options: object) => {
    const { p50Ms, p99Ms } = modelledLatency({ ...model, ...options });
    console.log(`  ${name.padEnd(34)} p50 ${p50Ms.toFixed(0)} ms   p99 ${p99Ms.toFixed(0)} ms`);
  };
  row('PutEvents to frame, warm', {});
  row('PutEvents to frame, cold', { isCold: true });
  row('past the bus (fast=1), warm', { isFast: true });
  row('past the bus (fast=1), cold', { isFast: true, isCold: true });
  console.log('');
}

/** `send` gives when each notification was sent, by index. */
async function measured(name: string, send: () => Promise<number[]>): Promise<void> {
  await stack.reset();
  await connectUsers(stack, count);
  await warmUp(stack);
  await stack.resetMeter();
  const sentAtMs = await send();
  await stack.settle();
  const arrivedAtMs = new Map(stack.arrived().map(({ frame, atMs }) => [frame.notification?.payload.url, atMs]));
  const latencies = sentAtMs.map((sent, index) => arrivedAtMs.get(requestTo('', index).payload?.url)! - sent);
  console.log(`${name}: PutEvents to frame    ${summary(latencies)}`);
  for (const [fn, { cpuMs, durationsMs, invocations }] of Object.entries((await stack.meter()).functions)) {
    if (invocations === 0) continue;
    console.log(`  ${fn.padEnd(10)} CPU an invocation  ${summary(cpuMs)}`);
    console.log(`  ${''.padEnd(10)} duration           ${summary(durationsMs)}`);
    console.log(`  ${''.padEnd(10)} CPU a notification ${(sum(cpuMs) / count).toFixed(2)} ms on average`);
  }
  console.log('');
}

async function warmUp(on: BenchStack): Promise<void> {
  for (let index = 0; index < WARM_UP; index++) {
    await on.put({ ...requestTo(userOf(index), index), payload: { url: 'warm-up' } });
    await on.framesArrived('notification', index + 1);
  }
}

function sum(of: readonly number[]): number {
  return of.reduce((total, one) => total + one, 0);
}
