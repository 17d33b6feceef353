// npm run simulate: random episodes of the real domain over memory ports, each checked; the first that fails is cut
// down and printed.
import { parseArgs } from 'node:util';
import { EDITION } from './make-plan.ts';
import { report } from './report.ts';
import { faultsOf, runEpisodes } from './run-episodes.ts';
import { shrink } from './shrink.ts';

const USAGE = `Usage: npm run simulate -- [options]

  --seed           which episodes (default: others each time; it is printed)
  --notifications  how many, each to one user (default 100000)
  --seconds        at most so long
  --episode        only this one of the seed's episodes
  --digests        episodes in which every request is for a digest
  --edition        1: without snoozes and claims, as some episodes in failed-seeds.ts need it
  --keep-going     counts the rules that are broken instead of stopping at the first
  --rule           stops at this rule only
  --shrink         seconds to spend on cutting a failing episode down (default 30)
`;

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    notifications: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: 'Infinity' },
    episode: { type: 'string' },
    digests: { type: 'boolean', default: false },
    edition: { type: 'string', default: String(EDITION) },
    'keep-going': { type: 'boolean', default: false },
    rule: { type: 'string' },
    shrink: { type: 'string', default: '30' },
    help: { type: 'boolean' },
  },
});
if (flags.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

const seed = Number(flags.seed);
// First, so that it is known whatever comes.
console.log(`seed ${seed}`);
const startedMs = performance.now();
const secondsSoFar = () => (performance.now() - startedMs) / 1000;
const isWanted = ({ rule }: { rule: string }) => flags.rule === undefined || rule === flags.rule;

const totals = await runEpisodes({
  seed,
  fromEpisode: Number(flags.episode ?? 0),
  isOfDigests: flags.digests,
  edition: flags.edition === '1' ? 1 : EDITION,
  goesOn({ episodes, notifications, failures }) {
    if (failures.some(({ violations }) => violations.some(isWanted)) && !flags['keep-going']) return false;
    if (flags.episode !== undefined) return episodes === 0;
    return notifications < Number(flags.notifications) && secondsSoFar() < Number(flags.seconds);
  },
});

const { user, system } = process.cpuUsage();
const cpuSeconds = (user + system) / 1e6;
const kinds = Object.entries(totals.faults).map(([kind, count]) => `${count} ${kind}`);
console.log(
  `seed ${seed}: ${totals.notifications} notifications in ${totals.episodes} episodes, ${faultsOf(totals)} faults ` +
    `(${kinds.join(', ')}), ${totals.deadLetters} dead letters redriven, ${secondsSoFar().toFixed(1)} s, ` +
    `${Math.round(totals.notifications / cpuSeconds)} a second of one core`,
);
const broken = new Map<string, number>();
for (const { violations } of totals.failures)
  for (const { rule } of violations) broken.set(rule, (broken.get(rule) ?? 0) + 1);
for (const [rule, times] of broken) console.log(`broken ${times} times: ${rule}`);
for (const { episode, violations } of totals.failures)
  console.log(
    `npm run simulate -- ${flags.digests ? '--digests ' : ''}--seed ${seed} --episode ${episode}   # ${violations[0]!.rule}`,
  );

const failure = totals.failures.find(({ violations }) => violations.some(isWanted));
if (failure && !flags['keep-going']) {
  const violation = failure.violations.find(isWanted)!;
  console.log(await report(await shrink({ plan: failure.plan, violation }, Number(flags.shrink))));
}
if (failure) process.exitCode = 1;
else console.log('nothing lost, nothing twice, no count wrong');
