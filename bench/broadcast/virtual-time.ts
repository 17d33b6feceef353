// A clock that jumps from one event to the next: minutes of a fan-out pass in seconds, in the same order each time.

export interface VirtualTime {
  now(): number;
  /** Whole milliseconds, at least as long as asked for. */
  wait(milliseconds: number): Promise<void>;
  at(timeMs: number, run: () => void): void;
  /** Runs until nothing is left to happen, or the time limit. */
  run(limitMs: number): Promise<void>;
}

export function virtualTime(): VirtualTime {
  let nowMs = 0;
  /** Events by millisecond; the times in a binary heap. */
  const events = new Map<number, (() => void)[]>();
  const heap: number[] = [];

  const at = (timeMs: number, run: () => void) => {
    const due = Math.max(nowMs, Math.ceil(timeMs));
    const same = events.get(due);
    if (same) same.push(run);
    else {
      events.set(due, [run]);
      push(heap, due);
    }
  };
  return {
    now: () => nowMs,
    at,
    wait: (milliseconds) => new Promise((resolve) => at(nowMs + milliseconds, resolve)),
    async run(limitMs) {
      // Whatever was started before the first event.
      await new Promise((resolve) => setImmediate(resolve));
      while (heap.length > 0 && heap[0]! <= limitMs) {
        nowMs = pop(heap);
        const due = events.get(nowMs)!;
        events.delete(nowMs);
        for (const run of due) run();
        // Everything that follows from these events without waiting happens before the next.
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

function push(heap: number[], value: number): void {
  let at = heap.push(value) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]! <= value) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = value;
}

function pop(heap: number[]): number {
  const first = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
    if (heap[child]! >= last) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return first;
}
