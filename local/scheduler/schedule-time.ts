// When a one-time schedule is due: `at(…)` in any IANA zone, as instants of Unix time.
import { AwsError } from '../aws/aws-error.ts';
import { notEmulated } from '../aws/not-emulated.ts';

const AT = /^at\((\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})\)$/;
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The formatter of an IANA zone; undefined for anything else, fixed offsets such as `+02:00` included. */
function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(timeZone);
  if (known) return known;
  if (!/^[A-Za-z]/.test(timeZone)) return undefined;
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
    return format;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** How far the zone's clocks are ahead of UTC at an instant. */
function offsetMs(format: Intl.DateTimeFormat, atMs: number): number {
  const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const wallMs = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
  return wallMs - Math.floor(atMs / 1000) * 1000;
}

/**
 * The instants at which the zone's clocks show this time: none in a spring gap, two in an autumn overlap, otherwise
 * one.
 */
function instantsOf(wallMs: number, format: Intl.DateTimeFormat): number[] {
  const offsets = new Set([wallMs - DAY_MS, wallMs, wallMs + DAY_MS].map((ms) => offsetMs(format, ms)));
  return [...offsets]
    .map((offset) => ({ atMs: wallMs - offset, offset }))
    .filter(({ atMs, offset }) => offsetMs(format, atMs) === offset)
    .map(({ atMs }) => atMs)
    .sort((a, b) => a - b);
}

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: DAY_MS };

/** Milliseconds between two runs of a `rate(…)`; undefined for any other expression. */
export function intervalMs(expression: string): number | undefined {
  const [, count, unit] = RATE.exec(expression) ?? [];
  if (count === undefined || Number(count) === 0) return undefined;
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/**
 * Unix milliseconds at which `expression` is due in `timeZone`; undefined when the zone's clocks skip that time.
 * AWS documents for daylight saving that a time in the gap is skipped and a repeated time runs once, the first time:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 * (said there of cron expressions; we take it to hold for `at` as well).
 */
export function scheduledTimeMs(expression: string, timeZone: string): number | undefined {
  if (/^cron\(.*\)$/.test(expression)) {
    throw notEmulated(`the recurring schedule ${expression}`, 'Use a rate(…) or a one-time at(yyyy-mm-ddThh:mm:ss).');
  }
  const invalid = new AwsError('ValidationException', `Invalid Schedule Expression ${expression}.`);
  const match = AT.exec(expression);
  if (!match) throw invalid;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC rolls 30 February over into March; a date that doesn't read back as written is no date.
  if (`at(${new Date(wallMs).toISOString().slice(0, 19)})` !== expression) throw invalid;
  const format = formatOf(timeZone);
  if (!format) throw new AwsError('ValidationException', `Invalid Schedule Expression Timezone ${timeZone}.`);
  return instantsOf(wallMs, format)[0];
}
