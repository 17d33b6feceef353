// What later editions of an episode add, each drawn from a stream of its own: the plans of earlier editions stay the
// same.
import type { Op, RequestOp, TimedOp } from './plan.ts';
import type { Random } from './random.ts';

const MINUTE_MS = 60_000;

/** Our choice: about so many of the notifications are put aside. */
const SNOOZED_SHARE = 0.08;

/** Readers put notifications aside, some more than once, and take some of them back. */
export function makeSnoozes(random: Random, users: number, lengthMs: number, notifications: number): TimedOp[] {
  const ops: TimedOp[] = [];
  const add = (atMs: number, op: Op) => ops.push({ ...op, atMs: Math.max(0, Math.floor(atMs)) });
  const marks = random.fork('marks');
  for (let left = Math.round(notifications * SNOOZED_SHARE); left > 0; left--) {
    const user = random.integer(0, users - 1);
    const atMs = random.next() * lengthMs;
    const forMs = drawSnooze(random);
    const nth = Math.floor(random.exponential(3));
    add(atMs, { kind: 'snooze', user, nth, forMs });
    // Another tab marks the same one unread at the same moment.
    if (marks.chance(0.15)) {
      add(atMs - 300, { kind: 'read', user, nth });
      add(atMs + marks.exponential(5), { kind: 'unread', user, nth });
    }
    // Two tabs, or a second thought.
    if (random.chance(0.15)) add(atMs + random.exponential(50), { kind: 'snooze', user, nth: 0, forMs });
    if (!random.chance(0.25)) continue;
    const backMs = random.pick([random.exponential(500), random.next() * forMs, forMs - 20 + random.exponential(20)]);
    add(atMs + backMs, { kind: 'unsnooze', user, nth: 0 });
  }
  return ops;
}

/** By the queue's delay, around its end, and by a schedule. */
function drawSnooze(random: Random): number {
  return random.pick([
    () => random.integer(MINUTE_MS + 1_000, 5 * MINUTE_MS),
    () => random.integer(14 * MINUTE_MS, 16 * MINUTE_MS),
    () => random.integer(30 * MINUTE_MS, 60 * MINUTE_MS),
  ])();
}

/** Requests to several users become claimable; all claim at about the same time, some again, and some give it back. */
export function makeClaims(random: Random, ops: readonly TimedOp[]): TimedOp[] {
  const all: TimedOp[] = [];
  for (const op of ops) {
    if (op.kind !== 'request' || !isForSeveral(op) || !random.chance(0.7)) {
      all.push(op);
      continue;
    }
    const claimSeconds = random.pick([10, 30, 300]);
    all.push({ ...op, claimSeconds }, ...makeRush(random, { ...op, claimSeconds }));
  }
  return all;
}

type ClaimOp = RequestOp & { claimSeconds: number; atMs: number };

const isForSeveral = ({ audience, isStored }: RequestOp): boolean =>
  isStored && typeof audience === 'object' && 'users' in audience && audience.users.length > 1;

function makeRush(random: Random, { key, audience, atMs, deliverInMs = 0, claimSeconds }: ClaimOp): TimedOp[] {
  if (typeof audience !== 'object' || !('users' in audience)) return [];
  const ops: TimedOp[] = [];
  const rushes = random.integer(1, 3);
  let rushMs = atMs + Math.max(0, deliverInMs) + random.exponential(3_000);
  for (let rush = 0; rush < rushes; rush++) {
    for (const user of audience.users) {
      const claimMs = Math.floor(rushMs + random.exponential(30));
      ops.push({ kind: 'claim', user, of: key, atMs: claimMs });
      if (random.chance(0.2)) ops.push({ kind: 'claim', user, of: key, atMs: claimMs + random.integer(0, 20) });
      if (random.chance(0.3)) ops.push({ kind: 'release', user, of: key, atMs: claimMs + random.integer(0, 5_000) });
    }
    // At the end of its time, give or take.
    rushMs += random.pick([random.exponential(5_000), claimSeconds * 1_000 + random.exponential(50)]);
  }
  return ops;
}
