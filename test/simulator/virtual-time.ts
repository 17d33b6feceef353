// One virtual clock for everything: what happens later waits in order of time, and each step runs to its end before the
// next.

export interface VirtualTime {
  /** Unix milliseconds, whole. */
  now(): number;
  /** Runs `work` that much later. */
  after(delayMs: number, work: () => void): void;
  sleep(delayMs: number): Promise<void>;
  /** Runs everything that is due by then, and sets the clock to it. */
  runUntil(endMs: number): Promise<void>;
  /** Steps so far. */
  steps(): number;
}

interface Entry {
  atMs: number;
  order: number;
  work: () => void;
}

/**
 * Keeps a simulation from holding the process for ever: Node.js gets a turn of its own each so many steps (our choice).
 */
const STEPS_PER_TURN = 5_000;

export function virtualTime(startMs: number): VirtualTime {
  const heap: Entry[] = [];
  let nowMs = startMs;
  let order = 0;
  let steps = 0;

  const after = (delayMs: number, work: () => void) => {
    push(heap, { atMs: nowMs + Math.max(0, delayMs), order: order++, work });
  };

  return {
    now: () => Math.floor(nowMs),
    after,
    sleep: (delayMs) => new Promise((resolve) => after(delayMs, resolve)),
    steps: () => steps,
    runUntil: (endMs) =>
      new Promise((resolve, reject) => {
        const step = () => {
          const next = heap[0];
          if (next === undefined || next.atMs > endMs) {
            nowMs = Math.max(nowMs, endMs);
            return resolve();
          }
          pop(heap);
          nowMs = Math.max(nowMs, next.atMs);
          steps++;
          try {
            next.work();
          } catch (error) {
            return reject(error);
          }
          // A tick that a microtask asks for comes after all microtasks: what this step resolved has run by then.
          if (steps % STEPS_PER_TURN === 0) setImmediate(step);
          else queueMicrotask(() => process.nextTick(step));
        };
        step();
      }),
  };
}

const isBefore = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(entry, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
