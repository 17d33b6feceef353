// Many deadlines on the movable clock behind a single entry of it, so that ten thousand sockets cost it nothing.
import type { Clock } from '../clock.ts';

interface Deadline {
  dueMs: number;
  run: (() => void) | undefined;
}

export interface Deadlines {
  /** Runs `run` once the clock reaches `dueMs`. Returns a cancel function. */
  at(dueMs: number, run: () => void): () => void;
  close(): void;
}

export function deadlines(clock: Clock): Deadlines {
  /** Ascending by dueMs. Cancelled ones stay until they reach the front. */
  const waiting: Deadline[] = [];
  let armed: { dueMs: number; cancel: () => void } | undefined;

  const arm = () => {
    while (waiting[0] && !waiting[0].run) waiting.shift();
    const dueMs = waiting[0]?.dueMs;
    if (armed?.dueMs === dueMs) return;
    armed?.cancel();
    armed = dueMs === undefined ? undefined : { dueMs, cancel: clock.at(dueMs, fire) };
  };
  const fire = () => {
    armed = undefined;
    const nowMs = clock.now();
    while (waiting[0] && waiting[0].dueMs <= nowMs) waiting.shift()!.run?.();
    arm();
  };

  return {
    at(dueMs, run) {
      const deadline: Deadline = { dueMs, run };
      let [low, high] = [0, waiting.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (waiting[middle]!.dueMs <= dueMs) low = middle + 1;
        else high = middle;
      }
      waiting.splice(low, 0, deadline);
      arm();
      return () => {
        deadline.run = undefined;
        if (waiting[0] === deadline) arm();
      };
    },
    close() {
      armed?.cancel();
      armed = undefined;
      waiting.length = 0;
    },
  };
}
