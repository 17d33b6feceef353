// Parked requests whose wake-up was lost: found by the hour they were due in, and woken.

import { wakeTask } from './park-request.ts';
import type { Deps, DueEntry } from './ports.ts';

const HOUR_MS = 60 * 60 * 1000;
/** Our choice: a wake-up that is only late, in a backlog say, comes by itself. */
const OVERDUE_MS = 5 * 60 * 1000;
/** Our choices: what one run does at most; the next goes on where it stopped. */
const HOURS_MAX = 48;
const WAKES_MAX = 1_000;

type SweepDeps = Pick<Deps, 'clock' | 'metrics' | 'requests' | 'dueRequests' | 'tasks'>;

/** Safe to repeat and to come twice: a request is delivered once, however often it is woken. */
export async function sweep(deps: SweepDeps): Promise<void> {
  const nowMs = deps.clock.now();
  const thisHourMs = hourOf(nowMs);
  let openFromMs: number | undefined;
  let woken = 0;
  let hourMs = (await deps.dueRequests.sweptToMs()) ?? thisHourMs - HOUR_MS;
  for (let hours = 0; hours < HOURS_MAX && hourMs <= thisHourMs && woken < WAKES_MAX; hours++, hourMs += HOUR_MS) {
    const left = await sweepHour(deps, hourMs, nowMs);
    woken += left.woken;
    if (left.isOpen) openFromMs ??= hourMs;
  }
  // This hour, and every hour in which something still waits, is looked at again.
  await deps.dueRequests.setSweptToMs(Math.min(openFromMs ?? thisHourMs, hourMs, thisHourMs));
  deps.metrics.count('overdue', woken);
}

async function sweepHour(deps: SweepDeps, hourMs: number, nowMs: number): Promise<{ woken: number; isOpen: boolean }> {
  const entries = await deps.dueRequests.inHour(hourMs, WAKES_MAX);
  let woken = 0;
  let isOpen = entries.length === WAKES_MAX;
  for (const entry of entries) {
    if (nowMs - entry.deliver_at_ms <= OVERDUE_MS) {
      isOpen = true;
    } else if (await isStillParked(deps, entry)) {
      await deps.tasks.send([wakeTask(entry.key, entry.accepted_at_ms, entry.deliver_at_ms)]);
      woken++;
      isOpen = true;
    } else {
      await deps.dueRequests.forget(entry);
    }
  }
  return { woken, isOpen };
}

async function isStillParked({ requests }: SweepDeps, { key, accepted_at_ms: acceptedAtMs }: DueEntry) {
  const known = await requests.state(key);
  return known?.state === 'parked' && known.accepted_at_ms === acceptedAtMs;
}

export const hourOf = (atMs: number): number => Math.floor(atMs / HOUR_MS) * HOUR_MS;
