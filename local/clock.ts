// The runtime's movable clock: everything that happens later asks here, so time can be advanced in a test.
import type { Activity } from './activity.ts';

/**
 * Milliseconds the moved clock is ahead of the real one, shared with the function workers so that their `Date` follows.
 */
export type ClockOffset = Float64Array;

export interface AtOptions {
  /**
   * For what recurs: `advance` does not stop there, and runs it once at its end, however often it would have been due.
   */
  isRecurring?: boolean;
}

export interface Clock {
  /** Unix time in milliseconds, as moved. */
  now(): number;
  /** Shared memory for workers: offset[0] is the number of milliseconds ahead of real time. */
  readonly offset: ClockOffset;
  /**
   * Runs `run` once when the clock reaches `dueMs` (at once, in a later turn, when that is past). Returns a cancel
   * function.
   */
  at(dueMs: number, run: () => void, options?: AtOptions): () => void;
  /** Moves time forward, stopping at every moment something falls due and letting the system settle before going on. */
  advance(seconds: number): Promise<void>;
  close(): void;
}

interface Entry {
  isRecurring: boolean;
  dueMs: number;
  order: number;
  run: () => void;
}

/** setTimeout's own limit is 2^31-1 ms; longer waits are re-armed. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface ClockOptions {
  /** How far ahead it begins: data of an earlier run may be of that time. */
  aheadMs?: number;
  /** After it was moved. */
  onMoved?(aheadMs: number): void;
}

export function movableClock(activity: Activity, { aheadMs = 0, onMoved }: ClockOptions = {}): Clock {
  const offset: ClockOffset = new Float64Array(new SharedArrayBuffer(8));
  offset[0] = aheadMs;
  const entries = new Set<Entry>();
  let order = 0;
  let timer: NodeJS.Timeout | undefined;
  const now = () => Date.now() + offset[0]!;

  const next = (isWanted: (entry: Entry) => boolean = () => true): Entry | undefined => {
    let first: Entry | undefined;
    for (const entry of entries) {
      if (!isWanted(entry)) continue;
      if (!first || entry.dueMs < first.dueMs || (entry.dueMs === first.dueMs && entry.order < first.order))
        first = entry;
    }
    return first;
  };
  const fireDue = (isWanted?: (entry: Entry) => boolean) => {
    const at = now();
    for (let entry = next(isWanted); entry && entry.dueMs <= at; entry = next(isWanted)) {
      entries.delete(entry);
      entry.run();
    }
    arm();
  };
  const arm = () => {
    clearTimeout(timer);
    const entry = next();
    if (!entry) return;
    timer = setTimeout(() => fireDue(), Math.min(MAX_TIMER_MS, Math.max(0, Math.ceil(entry.dueMs - now()))));
    timer.unref();
  };

  return {
    now,
    offset,
    at(dueMs, run, { isRecurring = false } = {}) {
      const entry: Entry = { dueMs, order: order++, run, isRecurring };
      entries.add(entry);
      arm();
      return () => {
        if (entries.delete(entry)) arm();
      };
    },
    async advance(seconds) {
      const target = now() + seconds * 1000;
      await activity.idle();
      const once = (entry: Entry) => !entry.isRecurring;
      for (let entry = next(once); entry && entry.dueMs <= target; entry = next(once)) {
        if (entry.dueMs > now()) offset[0] = offset[0]! + (entry.dueMs - now());
        fireDue(once);
        await activity.idle();
      }
      if (target > now()) offset[0] = offset[0]! + (target - now());
      onMoved?.(offset[0]!);
      fireDue();
      await activity.idle();
    },
    close() {
      clearTimeout(timer);
      entries.clear();
    },
  };
}
