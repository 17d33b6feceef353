// What clocks on the wall of a time zone show, on days with 23 and 25 hours too.

const MINUTE_MS = 60_000;
export const DAY_MINUTES = 24 * 60;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The first moment after `afterMs` at which the wall clock shows that minute, or has jumped over it. */
export function instantOf(timeZone: string, wall: number, afterMs: number): number {
  const format = formatOf(timeZone);
  const offsetMinutes = (atMs: number) => shownBy(format, atMs) - Math.floor(atMs / MINUTE_MS);
  // Clocks change by an hour or so, and twice a year: the offsets around the target are all there are.
  const around = (wall - offsetMinutes(afterMs)) * MINUTE_MS;
  const offsets = new Set([-3, 0, 3].map((hours) => offsetMinutes(around + hours * 60 * MINUTE_MS)));
  const candidates = [...offsets].map((offset) => (wall - offset) * MINUTE_MS).sort((a, b) => a - b);
  const shown = candidates.filter((atMs) => shownBy(format, atMs) === wall && atMs > afterMs);
  return shown[0] ?? gapEnd(format, wall, candidates[0]!, candidates.at(-1)!);
}

/** Minutes since 1970 that a wall clock of the zone shows, as if they were UTC. */
export const wallMinutes = (timeZone: string, atMs: number): number => shownBy(formatOf(timeZone), atMs);

/** Of a time of day such as `22:00`. */
export function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

/** The next moment after `nowMs` at which it is that time of day: once on every date. */
export function nextTimeOfDay({ time, time_zone: timeZone }: TimeOfDay, nowMs: number): number {
  const today = Math.floor(wallMinutes(timeZone, nowMs) / DAY_MINUTES) * DAY_MINUTES;
  // A time that a date shows twice counts at the first, so the search begins before that date.
  const onDate = (days: number) =>
    instantOf(timeZone, today + days * DAY_MINUTES + minutesOf(time), nowMs - 2 * DAY_MINUTES * MINUTE_MS);
  // The date after next is there for zones that have left out a date.
  return [0, 1, 2].map(onDate).find((atMs) => atMs > nowMs)!;
}

export interface TimeOfDay {
  /** Such as `09:00`. */
  time: string;
  /** IANA name, such as Europe/Berlin. */
  time_zone: string;
}

/** The next moment after `nowMs` at which the wall clock shows a full hour. */
export function nextFullHour(timeZone: string, nowMs: number): number {
  const ahead = 60 - (wallMinutes(timeZone, nowMs) % 60);
  return (Math.floor(nowMs / MINUTE_MS) + ahead) * MINUTE_MS;
}

/** No moment shows that minute, because the clocks jump over it: the moment of the jump, which is between the two. */
function gapEnd(format: Intl.DateTimeFormat, wall: number, beforeMs: number, afterMs: number): number {
  let [low, high] = [Math.floor(beforeMs / MINUTE_MS), Math.ceil(afterMs / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (shownBy(format, middle * MINUTE_MS) < wall) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}

function shownBy(format: Intl.DateTimeFormat, atMs: number): number {
  const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!) / MINUTE_MS;
}

/** Making a format takes longer than a delivery has; there are some hundred zones at most. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}
