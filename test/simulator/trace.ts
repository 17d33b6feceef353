// What happened, line by line, kept only while a failing episode is run again.

export interface Trace {
  /** The line is made only when it is kept. */
  note(line: () => string): void;
  lines: string[];
  useClock(clock: { now(): number }): void;
}

export function newTrace(isKept: boolean): Trace {
  const lines: string[] = [];
  let clock: { now(): number } | undefined;
  let startMs = 0;
  return {
    lines,
    useClock(given) {
      clock = given;
      startMs = given.now();
    },
    note(line) {
      if (!isKept) return;
      const seconds = (((clock?.now() ?? 0) - startMs) / 1000).toFixed(3);
      lines.push(`${seconds.padStart(10)} s  ${line()}`);
    },
  };
}
