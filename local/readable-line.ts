// One line of a function's log as a person reads it: time, level, message, then the fields that say something.

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

/** Undefined for metrics in embedded format, which are for CloudWatch. Anything that is no JSON object stays as it is. */
export function readableLine(line: string): string | undefined {
  const fields = jsonObject(line);
  if (fields === undefined) return line;
  if ('_aws' in fields) return undefined;
  const { level, message, timestamp } = fields;
  if (typeof message !== 'string') return line;
  const time = typeof timestamp === 'string' ? (/T(\d\d:\d\d:\d\d\.\d{3})/.exec(timestamp)?.[1] ?? '') : '';
  const rest = Object.entries(fields).flatMap(([name, value]) =>
    LEFT_OUT.has(name) ? [] : [`${name}=${text(value)}`],
  );
  return [time, String(level ?? '').padEnd(5), message, ...rest].filter((part) => part.trim() !== '').join(' ');
}

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
