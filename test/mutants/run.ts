// npm run mutants: plants each bug of the list, runs the tests that run in milliseconds, and prints which bugs they
// missed.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { MUTANTS, type Mutant } from './mutants.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, at_once: { type: 'string', default: '2' } } });
/** Our choice: of the bugs that are not explained, at least so many are found. */
const SCORE_MIN = 0.9;
/** A bug may make a test wait for ever. */
const TIMEOUT_MS = 5 * 60_000;

const chosen = MUTANTS.filter(({ bug, file }) => values.only === undefined || `${file} ${bug}`.includes(values.only));
const waiting = [...chosen];
const missed: Mutant[] = [];
let done = 0;

await Promise.all(
  Array.from({ length: Number(values.at_once) }, async () => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const isFound = !(await passes(mutant));
      if (!isFound) missed.push(mutant);
      const outcome = isFound ? 'found' : mutant.survives ? 'survives' : 'MISSED';
      console.log(`${String(++done).padStart(3)}/${chosen.length} ${outcome.padEnd(8)} ${mutant.bug} (${mutant.file})`);
    }
  }),
);

for (const { bug, survives } of missed) if (survives) console.log(`Survives: ${bug}. ${survives}`);
const unexplained = missed.filter(({ survives }) => survives === undefined);
const score = chosen.length === 0 ? 0 : 1 - unexplained.length / chosen.length;
console.log(
  `${chosen.length - missed.length} of ${chosen.length} found, ${missed.length - unexplained.length} explained.`,
);
console.log(`Score: ${(100 * score).toFixed(1)} %`);
process.exit(score >= SCORE_MIN ? 0 : 1);

/** Whether all tests pass though the bug is there: those nearest to it are asked first. */
async function passes(mutant: Mutant): Promise<boolean> {
  if (mutant.file.startsWith('lib/')) return passesIn(mutant, ['test/lib']);
  return (
    (await passesIn(mutant, nearest(mutant.file))) &&
    passesIn(mutant, ['test/lambdas', 'test/contracts', 'test/protocol'])
  );
}

function nearest(file: string): string[] {
  const folder = file.slice(0, file.lastIndexOf('/'));
  const reached = ['test/lambdas/handlers', 'test/lambdas/routes', 'test/lambdas/domain/delivery'];
  return [...new Set([`test/${folder.replace(/^lambdas\/domain$/, 'lambdas/domain/')}`, ...reached])];
}

function passesIn(mutant: Mutant, tests: string[]): Promise<boolean> {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.mutants.config.ts', ...tests];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, MUTANT: String(MUTANTS.indexOf(mutant)) },
      stdio: 'ignore',
      timeout: TIMEOUT_MS,
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });
}
