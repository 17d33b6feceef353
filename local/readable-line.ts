// One line of a function's log as a person reads it in the terminal.
import { isMetrics, readLogLine } from '../protocol/local/log-line.ts';

/** Undefined for metrics. What is no line of the logger stays as it is. */
export function readableLine(line: string): string | undefined {
  if (isMetrics(line)) return undefined;
  const read = readLogLine(line);
  if (read === undefined) return line;
  const { time, level, message, fields } = read;
  return [time, level.padEnd(5), message, ...fields].filter((part) => part.trim() !== '').join(' ');
}
