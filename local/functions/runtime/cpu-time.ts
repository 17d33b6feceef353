// The CPU time this thread has used, in milliseconds; differences of it are what an invocation cost.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

export const cpuTimeMs: () => number = choose();

function choose(): () => number {
  // Node 24 and late 22 know it; a field of process that older type definitions don't have.
  const { threadCpuUsage } = process as unknown as { threadCpuUsage?: () => { user: number; system: number } };
  if (threadCpuUsage) {
    return () => {
      const { user, system } = threadCpuUsage.call(process);
      return (user + system) / 1000;
    };
  }
  // Linux knows it by thread: the first number is nanoseconds on a CPU.
  const schedstat = () => Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ', 1)[0]) / 1e6;
  try {
    if (schedstat() > 0) return schedstat;
  } catch {
    // Not Linux, or a kernel without scheduler statistics.
  }
  // The time the event loop was busy: a little more than the CPU time when other processes compete.
  return () => performance.eventLoopUtilization().active;
}
