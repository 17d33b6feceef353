// npm run bench:runtime: how fast the local runtime starts, what it holds in memory, and what a notification costs it,
// on this machine.
import { parseArgs } from 'node:util';
import { EVERYONE } from '../protocol/user-id.ts';
import { percentile } from './percentile.ts';
import { inBatches, requestTo, userOf } from './requests.ts';
import { type RunningRuntime, startRuntimeProcess } from './runtime-process.ts';

const { values } = parseArgs({
  options: {
    notifications: { type: 'string', default: '2000' },
    sockets: { type: 'string', default: '2000,5000' },
    /** Skips the start without an assembly, which takes longest. */
    warm: { type: 'boolean', default: false },
  },
});
const count = Number(values.notifications);
/** PutEvents calls under way at once. */
const CALLS_AT_ONCE = 16;
const USERS = 100;
const IDLE_MS = 3_000;
const WARM_UP = 300;

const row = (name: string, value: string) => console.log(`${name.padEnd(34)} ${value}`);

if (!values.warm) {
  const cold = await startRuntimeProcess({ cold: true });
  row('start, nothing synthesized', seconds(cold.readyMs));
  await cold.stop();
}
const stack = await startRuntimeProcess({ cold: false });
row('start, synthesized', seconds(stack.readyMs));
await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
const { runtimeMb, engineMb } = stack.memory();
row('memory, idle', `${runtimeMb} MB, database engine ${engineMb} MB`);
try {
  for (let user = 0; user < USERS; user++) await stack.connect(userOf(user));
  // Every function is loaded when it is first invoked.
  await send(WARM_UP, 1, CALLS_AT_ONCE);
  await broadcast(stack, USERS);
  const alone = await send(Math.min(count, 500), 1, 1);
  row('PutEvents to frame, one at a time', `p50 ${alone.p50.toFixed(1)} ms   p99 ${alone.p99.toFixed(1)} ms`);
  for (const [name, size] of [
    ['sent singly', 1],
    ['sent in tens', 10],
  ] as const) {
    const { perSecond, cpuMs, engineCpuMs } = await send(count, size, size === 1 ? CALLS_AT_ONCE : 4);
    row(name, `${perSecond.toFixed(0)}/s   CPU ${cpuMs.toFixed(2)} ms each, engine ${engineCpuMs.toFixed(2)} ms`);
  }
  for (const sockets of values.sockets.split(',').map(Number)) {
    const openedMs = await stack.openUpTo(sockets);
    row(`${sockets} sockets opened`, `in ${seconds(openedMs)}`);
    const { ms, cpuMs } = await broadcast(stack, sockets);
    row('  reached by a broadcast', `in ${seconds(ms)}   CPU ${(cpuMs / sockets).toFixed(2)} ms a socket`);
  }
  row('memory, at the end', `${stack.memory().runtimeMb} MB`);
} finally {
  await stack.stop();
}

/** Sends `total` notifications, `size` to a call, and waits for the last frame. */
async function send(total: number, size: number, callsAtOnce: number) {
  const before = stack.cpu();
  const frames = stack.countFrames();
  const sentAtMs: number[] = [];
  const batches = inBatches(total, size);
  const startedMs = performance.now();
  const worker = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      for (const index of batch) sentAtMs[index] = performance.now();
      await stack.put(batch.map((index) => requestTo(userOf(index), index)));
      // One at a time: the next is sent when this one is there.
      if (callsAtOnce === 1) await frames.reached(batch.at(-1)! + 1);
    }
  };
  await Promise.all(Array.from({ length: callsAtOnce }, worker));
  await frames.reached(total);
  const tookMs = performance.now() - startedMs;
  const after = stack.cpu();
  const latencies = [...frames.arrivedAtMs].map(([url, atMs]) => atMs - sentAtMs[Number(url.split('/').at(-1))]!);
  return {
    perSecond: (total / tookMs) * 1000,
    cpuMs: (after.runtimeMs - before.runtimeMs) / total,
    engineCpuMs: (after.engineMs - before.engineMs) / total,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
  };
}

async function broadcast(on: RunningRuntime, sockets: number) {
  const before = on.cpu();
  const frames = on.countFrames();
  const startedMs = performance.now();
  await on.put([{ user_id: EVERYONE, title: 'To everyone', message: 'Hello', notification_type: 'system' }]);
  await frames.reached(sockets);
  return { ms: performance.now() - startedMs, cpuMs: on.cpu().runtimeMs - before.runtimeMs };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
