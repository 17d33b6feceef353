// Cuts a failing episode down: fewer operations, fewer kinds of faults, as long as the same rule is broken.
import { runEpisode } from './episode.ts';
import { type FaultKind, NO_FAULTS } from './faults.ts';
import { type Op, type Plan, userName } from './plan.ts';
import { runChecks } from './run-checks.ts';
import { newTrace } from './trace.ts';
import type { Violation } from './violation.ts';

export interface Failure {
  plan: Plan;
  violation: Violation;
}

/**
 * Removing an operation shifts all chance after it, so each candidate is tried with several seeds, small ones with more
 * (our choice).
 */
const seedsFor = ({ ops }: Plan): number => Math.min(100, Math.max(6, Math.ceil(1_000 / (ops.length + 1))));

/** The smallest found within the time. */
export async function shrink(failure: Failure, seconds: number): Promise<Failure> {
  const endsAtMs = performance.now() + seconds * 1000;
  const { rule } = failure.violation;
  let smallest = failure;

  const attempt = async (candidate: Plan): Promise<boolean> => {
    for (let at = 0; at < seedsFor(candidate) && performance.now() < endsAtMs; at++) {
      const plan = { ...candidate, seed: candidate.seed + at };
      const violations = runChecks(await runEpisode(plan, newTrace(false)));
      const violation = violations.find((one) => one.rule === rule);
      if (!violation) continue;
      smallest = { plan, violation };
      return true;
    }
    return false;
  };

  const simplifications: ((plan: Plan) => Plan)[] = [
    ...Object.keys(NO_FAULTS).map((kind) => (plan: Plan) => ({
      ...plan,
      rates: { ...plan.rates, [kind as FaultKind]: 0 },
    })),
    (plan) => ({ ...plan, repeatRate: 0 }),
    (plan) => ({ ...plan, scheduleFaultRate: 0 }),
    (plan) => ({ ...plan, staleMaxMs: 0 }),
  ];
  const cutOps = async () => {
    for (let size = Math.ceil(smallest.plan.ops.length / 2); size >= 1 && performance.now() < endsAtMs; ) {
      let isSmaller = false;
      for (let from = 0; from < smallest.plan.ops.length && performance.now() < endsAtMs; ) {
        const { plan } = smallest;
        const ops = [...plan.ops.slice(0, from), ...plan.ops.slice(from + size)];
        if (await attempt({ ...plan, ops })) isSmaller = true;
        else from += size;
      }
      if (!isSmaller || size > 1) size = size === 1 ? 0 : Math.ceil(size / 2);
    }
  };
  const narrow = failure.plan.ops.filter((op) => isAbout(op, failure.violation));
  await attempt({ ...failure.plan, ops: narrow });
  await cutOps();
  for (const simplify of simplifications) {
    const plan = simplify(smallest.plan);
    if (JSON.stringify(plan) !== JSON.stringify(smallest.plan)) await attempt(plan);
  }
  await cutOps();
  return smallest;
}

/** What concerns the request or the user in question. */
function isAbout(op: Op, { about }: Violation): boolean {
  if ('user' in op) return about.some((word) => word.startsWith(userName(op.user)));
  const key = 'key' in op ? op.key : op.of;
  return about.includes(key);
}
