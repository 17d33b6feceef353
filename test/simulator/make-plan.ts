// Draws an episode from its seed: who is there, what producers ask for, what readers do, how much goes wrong.
import type { FaultRates } from './faults.ts';
import { NO_FAULTS } from './faults.ts';
import { makeClaims, makeSnoozes } from './make-later-ops.ts';
import type { Audience, Op, Plan, RequestOp, TimedOp } from './plan.ts';
import { type Random, randomFrom } from './random.ts';

const TYPES = ['system', 'chat_message', 'reminder'];
const MINUTE_MS = 60_000;
const QUIET = { start: '06:00', end: '09:00', time_zone: 'Europe/Berlin' };

/** What episodes hold: 2 adds snoozes and claims. An episode that failed once is run in the edition it failed in. */
export type Edition = 1 | 2;
export const EDITION: Edition = 2;

/** About so many notifications, each to one user. */
export function makePlan(seed: number, notifications: number, edition: Edition): Plan {
  const random = randomFrom(seed);
  const users = random.integer(2, 6);
  /** Between two notifications; what readers and pages do keeps step with it. */
  const paceMs = random.pick([50, 200, 800]);
  const lengthMs = notifications * paceMs;
  const ops: TimedOp[] = [];
  const add = (atMs: number, op: Op) => ops.push({ ...op, atMs: Math.floor(atMs) });
  for (let user = 0; user < users; user++) arrive(random.fork(`user ${user}`), user, { lengthMs, paceMs }, add);
  const requests: (RequestOp & { atMs: number })[] = [];
  for (let made = 0; made < notifications; ) {
    const request = drawRequest(random, `r${requests.length}`, users, requests);
    const atMs = random.next() * lengthMs;
    requests.push({ ...request, atMs });
    add(atMs, request);
    made += sizeOf(request.audience, users);
    follow(random, { ...request, atMs }, add);
  }
  const later = edition === 1 ? [] : makeSnoozes(random.fork('snoozes'), users, lengthMs, notifications);
  const all = [...(edition === 1 ? ops : makeClaims(random.fork('claims'), ops)), ...later];
  return {
    seed,
    users,
    ...drawConditions(random),
    ops: all.sort((a, b) => a.atMs - b.atMs),
  };
}

/** What the episode's services do wrong, and how often. */
export function drawConditions(
  random: Random,
): Pick<Plan, 'rates' | 'repeatRate' | 'scheduleFaultRate' | 'staleMaxMs'> {
  return {
    rates: drawRates(random),
    repeatRate: random.pick([0, 0.01, 0.1]),
    scheduleFaultRate: random.pick([0, 0.1, 0.4]),
    staleMaxMs: random.pick([0, 50, 1_000]),
  };
}

function drawRates(random: Random): FaultRates {
  if (random.chance(0.1)) return NO_FAULTS;
  // A storm of one kind.
  if (random.chance(0.08)) {
    const kind = random.pick(['slow', 'throttled', 'failed', 'lost'] as const);
    return { ...NO_FAULTS, [kind]: random.pick([0.15, 0.3]), killed: 0.002 };
  }
  const scale = random.pick([0.003, 0.01, 0.03]);
  const rate = () => (random.chance(0.25) ? 0 : scale * random.next() * 2);
  return { slow: rate(), throttled: rate(), failed: rate(), lost: rate(), killed: rate() / 10 };
}

const sizeOf = (audience: Audience, users: number): number => {
  if (audience === 'everyone' || 'topic' in audience) return users;
  return 'users' in audience ? audience.users.length : 1;
};

function drawAudience(random: Random, users: number): Audience {
  if (random.chance(0.05)) return 'everyone';
  if (random.chance(0.03)) return { topic: random.pick(['global_notifications', 'wal:user-0']) };
  if (random.chance(0.1)) {
    const first = random.integer(0, users - 1);
    const named = Array.from({ length: random.integer(1, users) }, (_, at) => (first + at) % users);
    return { users: named.sort((a, b) => a - b) };
  }
  return { user: random.integer(0, users - 1) };
}

function drawRequest(random: Random, key: string, users: number, earlier: readonly RequestOp[]): RequestOp {
  const audience = drawAudience(random, users);
  const isTopic = typeof audience === 'object' && 'topic' in audience;
  const isStored = !isTopic && !random.chance(0.05);
  const id =
    (random.chance(0.05) ? sharedId(audience, earlier) : undefined) ?? (random.chance(0.3) ? `id-${key}` : undefined);
  return {
    kind: 'request',
    key,
    audience,
    isStored,
    priority: random.pick(['normal', 'normal', 'normal', 'high', 'critical'] as const),
    requiresAck: isStored && audience !== 'everyone' && random.chance(0.1),
    type: random.pick(TYPES),
    ...(id !== undefined && { id }),
    ...(random.chance(0.12) && { deliverInMs: drawDelay(random) }),
    ...(random.chance(0.03) && { expiresInMs: 86_400_000 * 2 + random.integer(1_000, 10 * MINUTE_MS) }),
  };
}

/** An id that a request to others has already: the same id for another audience is another request. */
function sharedId(audience: Audience, earlier: readonly RequestOp[]): string | undefined {
  const text = JSON.stringify(audience);
  const id = earlier.filter((one) => one.id !== undefined).at(-1)?.id;
  return earlier.some((one) => one.id === id && JSON.stringify(one.audience) === text) ? undefined : id;
}

/** Around every way there is: at once, by the queue's delay, by a schedule. */
function drawDelay(random: Random): number {
  return random.pick([
    () => random.integer(-5_000, 500),
    () => random.integer(500, 20_000),
    () => random.integer(MINUTE_MS, 14 * MINUTE_MS),
    () => random.integer(14 * MINUTE_MS, 20 * MINUTE_MS),
    () => random.integer(60 * MINUTE_MS, 4 * 60 * MINUTE_MS),
  ])();
}

/** Repeats and cancellations of a request. */
function follow(random: Random, request: RequestOp & { atMs: number }, add: (atMs: number, op: Op) => void): void {
  const { key, atMs, deliverInMs = 0 } = request;
  if (random.chance(0.03))
    add(atMs + random.exponential(5_000), { kind: 'repeat', of: key, isSameEvent: random.chance(0.5) });
  if (random.chance(deliverInMs > 1_000 ? 0.3 : 0.01)) {
    const cancelInMs = random.pick([random.exponential(1_000), random.next() * deliverInMs, deliverInMs]);
    add(Math.max(0, atMs + cancelInMs), { kind: 'cancel', of: key });
  }
  if (random.chance(0.01)) add(atMs, { kind: 'invalid', key: `invalid-${key}` });
}

interface Pace {
  lengthMs: number;
  paceMs: number;
}

/** A user's phones and preferences at the start, tabs that come and go, and what the reader does meanwhile. */
function arrive(random: Random, user: number, pace: Pace, add: (atMs: number, op: Op) => void): void {
  const { lengthMs, paceMs } = pace;
  for (let device = random.integer(0, 2); device > 0; device--) add(0, { kind: 'addDevice', user, device });
  if (random.chance(0.2)) add(0, { kind: 'preferences', user, change: drawPreferences(random) });
  for (let tab = random.integer(0, 3); tab > 0; tab--) comeAndGo(random, user, tab, pace, add);
  const restMs = paceMs * random.pick([20, 80, 300]);
  for (let atMs = random.exponential(restMs); atMs < lengthMs; atMs += random.exponential(restMs))
    add(atMs, drawReaderOp(random, user));
}

function comeAndGo(
  random: Random,
  user: number,
  tab: number,
  { lengthMs, paceMs }: Pace,
  add: (atMs: number, op: Op) => void,
): void {
  const stayMs = paceMs * random.pick([20, 100, 500]);
  for (let atMs = random.chance(0.5) ? 0 : random.exponential(stayMs); atMs < lengthMs; ) {
    add(atMs, { kind: 'open', user, tab });
    if (random.chance(0.1)) return;
    atMs += random.exponential(stayMs);
    if (random.chance(0.2)) {
      add(atMs, { kind: 'refuse', user, tab });
      atMs += random.exponential(random.pick([5_000, 5_000, 15 * MINUTE_MS]));
      add(atMs, { kind: 'accept', user, tab });
    }
    add(atMs, { kind: random.pick(['close', 'cut', 'cut'] as const), user, tab });
    atMs += random.exponential(stayMs / 3);
  }
  if (random.chance(0.7)) add(lengthMs, { kind: 'open', user, tab });
}

function drawReaderOp(random: Random, user: number): Op {
  const nth = Math.floor(random.exponential(3));
  const drawn = random.next();
  if (drawn < 0.3) return { kind: 'read', user, nth };
  if (drawn < 0.45) return { kind: 'unread', user, nth };
  if (drawn < 0.6) return { kind: 'archive', user, nth };
  if (drawn < 0.7) return { kind: 'markAll', user, nth };
  if (drawn < 0.77) return { kind: 'markAll', user };
  if (drawn < 0.83) return { kind: 'seeAll', user };
  if (drawn < 0.9) return { kind: 'clearAll', user };
  if (drawn < 0.94) return { kind: 'preferences', user, change: drawPreferences(random) };
  if (drawn < 0.96) return { kind: 'logout', user };
  const device = random.integer(1, 2);
  return { kind: random.pick(['addDevice', 'addDevice', 'removeDevice', 'uninstall'] as const), user, device };
}

function drawPreferences(random: Random) {
  return random.pick([
    { push_notifications: random.chance(0.5) },
    { websocket_notifications: random.chance(0.5) },
    { muted_types: random.chance(0.5) ? [random.pick(TYPES)] : [] },
    { quiet_hours: random.chance(0.5) ? QUIET : null },
  ]);
}
