// Runs episode after episode of one seed, each checked, until there are enough notifications or the time is over.

import { runEpisode } from './episode.ts';
import { type FaultCounts, noFaultCounts } from './faults.ts';
import { makeDigestPlan } from './make-digest-plan.ts';
import { EDITION, type Edition, makePlan } from './make-plan.ts';
import type { Plan } from './plan.ts';
import { hashOf } from './random.ts';
import { runChecks } from './run-checks.ts';
import { newTrace } from './trace.ts';
import type { Violation } from './violation.ts';

/** Our choice: small enough to shrink, long enough for a crowd. */
const EPISODE_NOTIFICATIONS = 300;

export interface Totals {
  episodes: number;
  /** Each to one user. */
  notifications: number;
  faults: FaultCounts;
  deadLetters: number;
  failures: { episode: number; plan: Plan; violations: Violation[] }[];
}

export interface RunOptions {
  seed: number;
  fromEpisode: number;
  /** Episodes of digests, in place of the others. */
  isOfDigests?: boolean;
  edition?: Edition;
  /** Whether another episode is to be run. */
  goesOn(totals: Totals): boolean;
}

export const planOf = (seed: number, episode: number, edition: Edition = EDITION): Plan =>
  makePlan(hashOf(seed, `episode ${episode}`), EPISODE_NOTIFICATIONS, edition);

/** Another kind of episode: every request is for a digest. */
export const digestPlanOf = (seed: number, episode: number): Plan =>
  makeDigestPlan(hashOf(seed, `digests ${episode}`), EPISODE_NOTIFICATIONS);

export async function runEpisodes({
  seed,
  fromEpisode,
  edition,
  isOfDigests = false,
  goesOn,
}: RunOptions): Promise<Totals> {
  const totals: Totals = { episodes: 0, notifications: 0, faults: noFaultCounts(), deadLetters: 0, failures: [] };
  for (let at = fromEpisode; goesOn(totals); at++) {
    const plan = isOfDigests ? digestPlanOf(seed, at) : planOf(seed, at, edition);
    const episode = await runEpisode(plan, newTrace(false));
    const violations = runChecks(episode);
    totals.episodes++;
    for (const { users } of episode.expected.values()) totals.notifications += users?.length ?? plan.users;
    for (const [kind, count] of Object.entries(episode.world.counts)) totals.faults[kind as keyof FaultCounts] += count;
    totals.deadLetters += episode.deadLetters.length;
    if (violations.length > 0) totals.failures.push({ episode: at, plan, violations });
  }
  return totals;
}

export const faultsOf = ({ faults }: Totals): number => Object.values(faults).reduce((sum, count) => sum + count, 0);
