// Compares our event patterns with AWS's own matcher, event-ruler, on random pairs. Needs Java 11 or newer, and Maven.
// `npm run conformance:patterns -- [pairs] [seed]`
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseExact, stringifyExact } from '../../local/events/exact-json.ts';
import { compilePatternText } from '../../local/events/pattern.ts';
import { MAX_COMPLEXITY } from '../../local/events/wildcard.ts';
import { type Pair, randomPairs } from './random-patterns.ts';

const HERE = fileURLToPath(new URL('event-ruler/', import.meta.url));
const JARS = fileURLToPath(new URL('../../.carillon/event-ruler/', import.meta.url));
const SHOWN = 20;
/** Above this many combinations a difference counts as one. */
const MAX_SINGLE = 5_000;

const count = Number(process.argv[2] ?? 30_000);
const seed = Number(process.argv[3] ?? 1);

for (const tool of ['java', 'mvn']) {
  if (spawnSync(tool, ['-version']).status === 0) continue;
  console.log(`Not compared: ${tool} is missing. Install a JDK (11 or newer) and Maven, then run this again.`);
  process.exit(process.env.REQUIRED_TOOLS?.split(' ').includes('java') ? 1 : 0);
}
if (!existsSync(`${JARS}event-ruler-1.8.1.jar`)) {
  const goal = ['-q', 'dependency:copy-dependencies', `-DoutputDirectory=${JARS}`];
  run('mvn', ['-f', `${HERE}pom.xml`, ...goal]);
}

const pairs = randomPairs(count, seed);
const totals = { true: 0, false: 0, invalid: 0 };
let contradictions = 0;
let differences = 0;
for (const [index, theirs] of askEventRuler(pairs).entries()) {
  const pair = pairs[index]!;
  const verdict = theirs.split(' ')[0] as keyof typeof totals;
  totals[verdict]++;
  const ours = answer(pair);
  const isTooComplex = ours.includes('too complex') && Number(theirs.split(' ')[1]) > MAX_COMPLEXITY;
  if (ours.startsWith(verdict) || isTooComplex) continue;
  if (contradictsItself(pair, ours)) contradictions++;
  else if (++differences <= SHOWN) {
    console.log(
      `Pair ${index}\n  pattern ${pair.pattern}\n  event   ${pair.event}\n  theirs  ${theirs}\n  ours    ${ours}`,
    );
  }
}
const { true: matching, false: others, invalid } = totals;
console.log(
  `${pairs.length} pairs (seed ${seed}): ${matching} match, ${others} don't, ${invalid} patterns are invalid.`,
);
console.log(
  `${contradictions} where event-ruler contradicts itself: it answers otherwise for the values one at a time.`,
);
console.log(differences === 0 ? 'Every other pair agrees with event-ruler 1.8.1.' : `${differences} pairs differ.`);
process.exitCode = differences === 0 ? 0 : 1;

function askEventRuler(asked: Pair[]): string[] {
  const input = asked.map((pair) => `${JSON.stringify(pair)}\n`).join('');
  const answers = run('java', ['-cp', `${JARS}*`, `${HERE}Oracle.java`], input)
    .trimEnd()
    .split('\n');
  if (answers.length !== asked.length)
    throw new Error(`event-ruler answered ${answers.length} of ${asked.length} pairs.`);
  return answers;
}

function answer({ pattern, event }: Pair): string {
  try {
    return String(compilePatternText(pattern)(parseExact(event)));
  } catch (error) {
    return `invalid ${(error as Error).message}`;
  }
}

/**
 * Its automaton sometimes mixes up several operators of one field. A list means "any of these", so the pattern matches
 * if it matches with some one value in each list: where event-ruler itself says that, and we do, its first answer was a
 * defect.
 */
function contradictsItself({ pattern, event }: Pair, ours: string): boolean {
  if (ours !== 'true' && ours !== 'false') return false;
  const single = oneValueEach(parseExact(pattern)).map((one) => ({ pattern: stringifyExact(one), event }));
  return single.length <= MAX_SINGLE && String(askEventRuler(single).some((said) => said.startsWith('true'))) === ours;
}

/** Every pattern that has one value of each list of this one. */
function oneValueEach(pattern: unknown): unknown[] {
  if (Array.isArray(pattern)) return pattern.map((value) => [value]);
  let patterns: Record<string, unknown>[] = [{}];
  for (const [name, value] of Object.entries(pattern as Record<string, unknown>)) {
    const choices =
      name === '$or' && Array.isArray(value) ? everyCombination(value.map(oneValueEach)) : oneValueEach(value);
    patterns = patterns.flatMap((before) => choices.map((choice) => ({ ...before, [name]: choice })));
    if (patterns.length > MAX_SINGLE) return patterns;
  }
  return patterns;
}

function everyCombination(choices: unknown[][]): unknown[][] {
  return choices.reduce<unknown[][]>(
    (combinations, some) =>
      combinations.flatMap((before) => some.map((one) => [...before, one])).slice(0, MAX_SINGLE + 1),
    [[]],
  );
}

function run(command: string, commandArguments: string[], input = ''): string {
  const result = spawnSync(command, commandArguments, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.status !== 0) throw new Error(`${command} failed: ${result.stderr || result.stdout}`);
  return result.stdout;
}
