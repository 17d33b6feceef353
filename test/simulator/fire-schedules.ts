// EventBridge Scheduler: one-time schedules put their task on the queue within a minute of their time, sometimes twice.
import type { Memory } from '../support/memory/memory.ts';
import type { FaultCounts } from './faults.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The scheduler keeps to the minute (AWS). */
const LATE_MAX_MS = 59_999;

export interface FireOptions {
  memory: Memory;
  time: VirtualTime;
  random: Random;
  counts: FaultCounts;
  /** May be set to 0 while it runs. */
  rates: { fault: number };
  trace(line: () => string): void;
}

export function fireSchedules(options: FireOptions): void {
  const { memory, time, counts, rates, trace } = options;
  memory.schedules.onChange = ({ name, atMs, body }) => {
    const random = options.random.fork(name);
    const isLate = random.chance(rates.fault);
    if (isLate) counts.late++;
    const lateMs = isLate ? random.next() * LATE_MAX_MS : random.exponential(20);
    time.after(atMs - time.now() + lateMs, () => {
      if (memory.schedules.get(name)?.body !== body) return;
      memory.schedules.delete(name);
      trace(() => `schedule ${name.slice(0, 12)} fires`);
      memory.queues.dispatch.send(body);
      if (!random.chance(rates.fault)) return;
      counts.repeated++;
      time.after(random.next() * LATE_MAX_MS, () => void memory.queues.dispatch.send(body));
    });
  };
}
