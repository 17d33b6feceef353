// Quiet hours by the clock on the user's wall, on days with 23 and 25 hours too.
import { DAY_MINUTES, instantOf, minutesOf, wallMinutes } from './wall-clock.ts';

export interface QuietHours {
  /** `22:00`, in the user's time zone. Later than `end`: overnight. The same as `end`: never. */
  start: string;
  end: string;
  /** IANA name, such as Europe/Berlin. */
  time_zone: string;
}

/** When the quiet hours end that it is in now; undefined when it is in none. */
export function quietUntil(hours: QuietHours | null, nowMs: number): number | undefined {
  if (hours === null) return undefined;
  const { time_zone: timeZone } = hours;
  const [start, end] = [minutesOf(hours.start), minutesOf(hours.end)];
  const wall = wallMinutes(timeZone, nowMs);
  const now = wall % DAY_MINUTES;
  const isQuiet = start <= end ? start <= now && now < end : now >= start || now < end;
  if (!isQuiet) return undefined;
  const ahead = (end - now + DAY_MINUTES) % DAY_MINUTES;
  return instantOf(timeZone, wall + ahead, nowMs);
}
