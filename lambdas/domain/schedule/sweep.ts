// Parked requests, snoozes and digests whose wake-up was lost: found by the hour they were due in, and woken.

import { wakeTask } from './park-request.ts';
import type { Deps, DueEntry } from './ports.ts';
import { REQUEST_ID_TTL_SECONDS } from './request-ttl.ts';
import type { WakeTask } from './task.ts';

const HOUR_MS = 60 * 60 * 1000;
/** Our choice: a wake-up that is only late, in a backlog say, comes by itself. */
const OVERDUE_MS = 5 * 60 * 1000;
/**
 * Our choices: what is woken ends delivered or in the dead-letter queue, where it waits to be redriven. More wake-ups
 * are for messages that the queue has lost, and each that fails adds a letter: they come after 0.5, 1, 2 and 4 h.
 */
const REQUEST_WAKES_MAX = 5;
const WAKE_AGAIN_MS = 15 * 60 * 1000;
/** Our choice: what one run wakes at most; the next goes on where it stopped. */
const WAKES_MAX = 1_000;
/**
 * Our choice: hours that are read at once. Behind by as long as requests are kept, the sweep is up to date after 15
 * reads.
 */
const HOURS_AT_ONCE = 24;
const ENTRIES_AT_ONCE = 50;

type SweepDeps = Pick<Deps, 'clock' | 'metrics' | 'requests' | 'dueRequests' | 'tasks'>;

/** Safe to repeat and to come twice: a request is delivered once, however often it is woken. */
export async function sweep(deps: SweepDeps): Promise<void> {
  const nowMs = deps.clock.now();
  const thisHourMs = hourOf(nowMs);
  let openFromMs: number | undefined;
  let woken = 0;
  const sweptToMs = (await deps.dueRequests.sweptToMs()) ?? thisHourMs - HOUR_MS;
  // What was due before is kept no longer.
  let fromMs = Math.max(sweptToMs, hourOf(nowMs - REQUEST_ID_TTL_SECONDS * 1000));
  while (fromMs <= thisHourMs && woken < WAKES_MAX) {
    const hours: number[] = [];
    for (; fromMs <= thisHourMs && hours.length < HOURS_AT_ONCE; fromMs += HOUR_MS) hours.push(fromMs);
    const found = await Promise.all(hours.map((hourMs) => deps.dueRequests.inHour(hourMs, WAKES_MAX)));
    for (const [at, entries] of found.entries()) {
      const left = await sweepHour(deps, entries, nowMs, WAKES_MAX - woken);
      woken += left.woken;
      if (left.isOpen) openFromMs ??= hours[at];
    }
  }
  // This hour, and every hour in which something still waits, is looked at again.
  await deps.dueRequests.setSweptToMs(Math.min(openFromMs ?? thisHourMs, fromMs, thisHourMs));
  deps.metrics.count('overdue', woken);
}

async function sweepHour(
  deps: SweepDeps,
  entries: readonly DueEntry[],
  nowMs: number,
  wakesMax: number,
): Promise<{ woken: number; isOpen: boolean }> {
  const overdue = entries.filter((entry) => nowMs - entry.deliver_at_ms > OVERDUE_MS && nowMs >= wakesAgainMs(entry));
  let woken = 0;
  let at = 0;
  for (; at < overdue.length && woken < wakesMax; at += ENTRIES_AT_ONCE) {
    const some = overdue.slice(at, at + ENTRIES_AT_ONCE);
    const areParked = await Promise.all(some.map((entry) => isStillParked(deps, entry)));
    const parked = some.filter((_, index) => areParked[index]);
    await deps.tasks.send(parked.map((entry) => entry.task ?? overdueTask(entry)));
    await Promise.all(
      some.map((entry, index) => (areParked[index] ? noteWoken(deps, entry, nowMs) : deps.dueRequests.forget(entry))),
    );
    woken += parked.length;
  }
  const isWhole = entries.length < WAKES_MAX && overdue.length === entries.length && at >= overdue.length;
  return { woken, isOpen: woken > 0 || !isWhole };
}

/** Less and less often. */
const wakesAgainMs = ({ woken = 0, woken_at_ms: wokenAtMs }: DueEntry): number =>
  wokenAtMs === undefined ? 0 : wokenAtMs + WAKE_AGAIN_MS * 2 ** woken;

function noteWoken({ dueRequests }: SweepDeps, entry: DueEntry, nowMs: number): Promise<void> {
  const woken = (entry.woken ?? 0) + 1;
  return woken >= REQUEST_WAKES_MAX ? dueRequests.forget(entry) : dueRequests.noteWoken(entry, woken, nowMs);
}

const overdueTask = ({ key, accepted_at_ms: acceptedAtMs, deliver_at_ms: dueAtMs }: DueEntry): WakeTask => ({
  ...wakeTask(key, acceptedAtMs, dueAtMs),
  is_overdue: true,
});

/** The end of a snooze or a digest finds out itself whether it is still wanted, and is forgotten then. */
async function isStillParked({ requests }: SweepDeps, { key, accepted_at_ms: acceptedAtMs, task }: DueEntry) {
  if (task) return true;
  const known = await requests.state(key);
  return known?.state === 'parked' && known.accepted_at_ms === acceptedAtMs;
}

export const hourOf = (atMs: number): number => Math.floor(atMs / HOUR_MS) * HOUR_MS;
