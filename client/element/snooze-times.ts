// When a notification may come back, in the user's own time zone.
import type { Words } from './words/en.ts';

export interface SnoozeTime {
  word: keyof Words & ('laterToday' | 'tomorrow');
  at: Date;
}

/** Our choices. */
const LATER_HOURS = 3;
const MORNING_HOUR = 9;
const HOUR_MS = 60 * 60_000;

/** "Later today" only while it is today. The morning is nine o'clock there, also on a day that the clocks change. */
export function snoozeTimes(nowMs: number): SnoozeTime[] {
  const now = new Date(nowMs);
  const later = new Date(nowMs + LATER_HOURS * HOUR_MS);
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING_HOUR);
  return [
    ...(later.getDate() === now.getDate() ? [{ word: 'laterToday' as const, at: later }] : []),
    { word: 'tomorrow', at: morning },
  ];
}
