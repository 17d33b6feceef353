// One-time schedules in memory: each sends its text to the queue at its time and then deletes itself.
import type { Clock } from '../../../lambdas/domain/model/ports.ts';

export interface MemorySchedule {
  name: string;
  atMs: number;
  body: string;
}

export interface MemorySchedules {
  /** False when the name is taken. */
  create(schedule: MemorySchedule): boolean;
  get(name: string): MemorySchedule | undefined;
  delete(name: string): boolean;
  all(): MemorySchedule[];
  /** What is due by now, deleted here. */
  takeDue(): MemorySchedule[];
  /** Called after one was created. */
  onChange: (schedule: MemorySchedule) => void;
}

export function createSchedules(clock: Clock): MemorySchedules {
  const byName = new Map<string, MemorySchedule>();
  const schedules: MemorySchedules = {
    create(schedule) {
      if (byName.has(schedule.name)) return false;
      byName.set(schedule.name, schedule);
      schedules.onChange(schedule);
      return true;
    },
    get: (name) => byName.get(name),
    delete: (name) => byName.delete(name),
    all: () => [...byName.values()],
    takeDue() {
      const due = [...byName.values()].filter(({ atMs }) => atMs <= clock.now());
      for (const { name } of due) byName.delete(name);
      return due;
    },
    onChange: () => undefined,
  };
  return schedules;
}
