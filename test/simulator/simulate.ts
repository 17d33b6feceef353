// npm run simulate -- --seed N --notifications M: random episodes of the real domain over memory ports, each checked.
import { parseArgs } from 'node:util';
import { runEpisode } from './episode.ts';
import { makePlan } from './make-plan.ts';
import { hashOf } from './random.ts';
import { report } from './report.ts';
import { runChecks } from './run-checks.ts';
import { shrink } from './shrink.ts';
import { newTrace } from './trace.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    notifications: { type: 'string', default: '100000' },
    /** Only this one of the seed's episodes. */
    episode: { type: 'string' },
    rule: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    keepGoing: { type: 'boolean', default: false },
  },
});
const EPISODE_NOTIFICATIONS = 300;
const seed = Number(values.seed);
const wanted = Number(values.notifications);
const startedMs = performance.now();
let notifications = 0;
let faults = 0;
let failed = 0;
const rules = new Map<string, number>();
for (let at = Number(values.episode ?? 0); notifications < wanted; at++) {
  const plan = makePlan(hashOf(seed, `episode ${at}`), EPISODE_NOTIFICATIONS);
  const episode = await runEpisode(plan, newTrace(false));
  const violations = runChecks(episode);
  for (const { users } of episode.expected.values()) notifications += users?.length ?? plan.users;
  faults += Object.values(episode.world.counts).reduce((sum, count) => sum + count, 0);
  if (violations.length > 0) failed++;
  for (const { rule } of violations) rules.set(rule, (rules.get(rule) ?? 0) + 1);
  const violation = violations.find(({ rule }) => values.rule === undefined || rule === values.rule);
  if (violation && !values.keepGoing) {
    console.log(`seed ${seed}, episode ${at}: ${violation.rule}: ${violation.detail}`);
    console.log(await report(await shrink({ plan, violation }, Number(values.seconds))));
    break;
  }
}
const seconds = (performance.now() - startedMs) / 1000;
const { user, system } = process.cpuUsage();
const cpuSeconds = (user + system) / 1e6;
console.log({ notifications, faults, failed, seconds, perCpuSecond: Math.round(notifications / cpuSeconds) });
console.log(rules);
