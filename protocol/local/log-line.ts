// A function's log line, read: time, level, message, and the fields that say something.

export interface LogLine {
  /** `14:32:05.123`, or ''. */
  time: string;
  level: string;
  message: string;
  /** `name=value`. */
  fields: string[];
}

/** Of the Lambda environment, the same in every line. */
const LEFT_OUT = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'sampling_rate',
  'cold_start',
  'xray_trace_id',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
]);
/** Our choice: a stack trace or a whole event is read in the console, where it opens. */
const VALUE_MAX_CHARACTERS = 300;

/** Undefined for anything that is no line of a logger in JSON: a function may print what it likes. */
export function readLogLine(line: string): LogLine | undefined {
  const all = jsonObject(line);
  if (all === undefined || typeof all.message !== 'string') return undefined;
  const { level, message, timestamp } = all;
  return {
    time: typeof timestamp === 'string' ? (/T(\d\d:\d\d:\d\d\.\d{3})/.exec(timestamp)?.[1] ?? '') : '',
    level: typeof level === 'string' ? level : '',
    message,
    fields: Object.entries(all).flatMap(([name, value]) => (LEFT_OUT.has(name) ? [] : [`${name}=${text(value)}`])),
  };
}

/** Metrics in embedded format are for CloudWatch. */
export const isMetrics = (line: string): boolean => line.includes('"_aws"');

function text(value: unknown): string {
  const { name, message } = (value ?? {}) as { name?: unknown; message?: unknown };
  // An error, as Powertools writes it: its stack is of no use in one line.
  const said = typeof name === 'string' && typeof message === 'string' ? `${name}: ${message}` : value;
  const written = typeof said === 'string' && /^[\w.:/#-]+$/.test(said) ? said : JSON.stringify(said);
  return written.length > VALUE_MAX_CHARACTERS ? `${written.slice(0, VALUE_MAX_CHARACTERS)}…` : written;
}

function jsonObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined; // A function may print anything.
  }
}
