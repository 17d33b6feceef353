// Draws an episode of digests: few users and keys, windows that end while requests come, and much that comes twice.
import { drawConditions } from './make-plan.ts';
import type { Op, Plan, RequestOp, TimedOp } from './plan.ts';
import { randomFrom } from './random.ts';

const MINUTE_MS = 60_000;

export function makeDigestPlan(seed: number, requests: number): Plan {
  const random = randomFrom(seed);
  const users = random.integer(1, 3);
  const keys = random.integer(1, 2);
  const paceMs = random.pick([20, 500, 5_000]);
  const leadingRate = random.pick([0, 0, 0.5]);
  const ops: TimedOp[] = [];
  const add = (atMs: number, op: Op) => ops.push({ ...op, atMs: Math.floor(atMs) });
  for (let user = 0; user < users; user++) {
    if (random.chance(0.5)) add(0, { kind: 'open', user, tab: 1 });
    if (random.chance(0.3)) add(0, { kind: 'addDevice', user, device: 1 });
  }
  // Bursts, so that some windows are full and others end between two requests.
  for (let made = 0, atMs = 0; made < requests; made++) {
    atMs += random.chance(0.02) ? random.exponential(90_000) : random.exponential(paceMs);
    const op: RequestOp = {
      kind: 'request',
      key: `r${made}`,
      audience: random.chance(0.1)
        ? { users: Array.from({ length: users }, (_, user) => user) }
        : { user: random.integer(0, users - 1) },
      isStored: true,
      priority: random.pick(['normal', 'normal', 'high'] as const),
      requiresAck: false,
      type: 'comment',
      digest: {
        key: `k${random.integer(1, keys)}`,
        windowSeconds: random.pick([60, 60, 90, 1_200]),
        isLeading: random.chance(leadingRate),
      },
      ...(random.chance(0.3) && { id: `id-r${made}` }),
      ...(random.chance(0.1) && { deliverInMs: random.pick([1_500, 20_000, 65_000, 20 * MINUTE_MS]) }),
    };
    add(atMs, op);
    // While its window is open, as it ends, or windows later.
    if (random.chance(0.15))
      add(atMs + random.pick([random.exponential(500), random.exponential(60_000), 60_000, 300_000]), {
        kind: 'repeat',
        of: op.key,
        isSameEvent: random.chance(0.7),
      });
  }
  return {
    seed,
    users,
    ...drawConditions(random),
    ops: ops.sort((a, b) => a.atMs - b.atMs),
  };
}
