// Virtual time: timers run in order when it is advanced, and everything that awaits them runs in between.

export interface FakeClock {
  now(): number;
  setTimer(run: () => void, ms: number): () => void;
  /** Runs everything due within `ms`. */
  advance(ms: number): Promise<void>;
  /** Moves the time without running timers, as a sleeping machine does. */
  sleep(ms: number): void;
}

export const START_MS = Date.parse('2026-11-21T07:00:00.000Z');
/** A test that gets here has timers that set each other without end. */
const TIMERS_MAX = 200_000;

export function fakeClock(): FakeClock {
  let now = START_MS;
  let made = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  return {
    now: () => now,
    setTimer(run, ms) {
      const id = ++made;
      timers.set(id, { at: now + Math.max(0, ms), run });
      return () => timers.delete(id);
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let ran = 0; ; ran++) {
        if (ran > TIMERS_MAX) throw new Error('Timers without end.');
        let next: [number, { at: number; run: () => void }] | undefined;
        for (const entry of timers) if (next === undefined || entry[1].at < next[1].at) next = entry;
        if (next === undefined || next[1].at > until) break;
        timers.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].run();
        await settle();
      }
      now = until;
    },
    sleep(ms) {
      now += ms;
    },
  };
}
