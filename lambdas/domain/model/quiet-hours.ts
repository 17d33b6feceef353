// Quiet hours by the clock on the user's wall, on days with 23 and 25 hours too.

export interface QuietHours {
  /** `22:00`, in the user's time zone. Later than `end`: overnight. The same as `end`: never. */
  start: string;
  end: string;
  /** IANA name, such as Europe/Berlin. */
  time_zone: string;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

const formats = new Map<string, Intl.DateTimeFormat>();

/** When the quiet hours end that it is in now; undefined when it is in none. */
export function quietUntil(hours: QuietHours | null, nowMs: number): number | undefined {
  if (hours === null) return undefined;
  const format = formatOf(hours.time_zone);
  const [start, end] = [minutesOf(hours.start), minutesOf(hours.end)];
  const now = wallMinutes(format, nowMs) % DAY_MINUTES;
  const isQuiet = start <= end ? start <= now && now < end : now >= start || now < end;
  if (!isQuiet) return undefined;
  const ahead = (end - now + DAY_MINUTES) % DAY_MINUTES;
  return instantOf(format, wallMinutes(format, nowMs) + ahead, nowMs);
}

/** The first moment after `afterMs` at which the wall clock shows that minute, or has jumped over it. */
function instantOf(format: Intl.DateTimeFormat, wall: number, afterMs: number): number {
  const offsetMinutes = (atMs: number) => wallMinutes(format, atMs) - Math.floor(atMs / MINUTE_MS);
  // Clocks change by an hour or so, and twice a year: the offsets around the target are all there are.
  const around = (wall - offsetMinutes(afterMs)) * MINUTE_MS;
  const offsets = new Set([-3, 0, 3].map((hours) => offsetMinutes(around + hours * 60 * MINUTE_MS)));
  const candidates = [...offsets].map((offset) => (wall - offset) * MINUTE_MS).sort((a, b) => a - b);
  const shown = candidates.filter((atMs) => wallMinutes(format, atMs) === wall && atMs > afterMs);
  return shown[0] ?? gapEnd(format, wall, candidates[0]!, candidates.at(-1)!);
}

/** No moment shows that minute, because the clocks jump over it: the moment of the jump, which is between the two. */
function gapEnd(format: Intl.DateTimeFormat, wall: number, beforeMs: number, afterMs: number): number {
  let [low, high] = [Math.floor(beforeMs / MINUTE_MS), Math.ceil(afterMs / MINUTE_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wallMinutes(format, middle * MINUTE_MS) < wall) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}

/** Minutes since 1970 that a wall clock of the zone shows, as if they were UTC. */
function wallMinutes(format: Intl.DateTimeFormat, atMs: number): number {
  const part = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!) / MINUTE_MS;
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
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
