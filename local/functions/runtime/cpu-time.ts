// The CPU time this thread has used, in milliseconds; differences of it are what an invocation cost.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Exact at the start of a turn of the event loop; within one, call it through `settledCpuTimeMs`. */
export const cpuTimeMs: () => number = choose();

/** Linux adds a thread's time up when it leaves the CPU, so it is made to sleep for an instant first. */
export function settledCpuTimeMs(): number {
  if (cpuTimeMs === schedstatMs) Atomics.wait(NEVER_NOTIFIED, 0, 0, 0.001);
  return cpuTimeMs();
}

const NEVER_NOTIFIED = new Int32Array(new SharedArrayBuffer(4));

/** The first number is nanoseconds on a CPU. https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat */
function schedstatMs(): number {
  return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ', 1)[0]) / 1e6;
}

function choose(): () => number {
  // Node 24 and late 22 know it; a field of process that older type definitions don't have.
  const { threadCpuUsage } = process as unknown as { threadCpuUsage?: () => { user: number; system: number } };
  if (threadCpuUsage) {
    return () => {
      const { user, system } = threadCpuUsage.call(process);
      return (user + system) / 1000;
    };
  }
  try {
    if (schedstatMs() > 0) return schedstatMs;
  } catch {
    // Not Linux, or a kernel without scheduler statistics.
  }
  // The time the event loop was busy: a little more than the CPU time when other processes compete.
  return () => performance.eventLoopUtilization().active;
}
