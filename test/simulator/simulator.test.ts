// The simulator itself: what failed once passes now, one seed is one run, and each fix that it is measured by can still
// be taken out.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runEpisode } from './episode.ts';
import { FAILED_SEEDS } from './failed-seeds.ts';
import { applyMutant, MUTANTS } from './mutants.ts';
import { runChecks } from './run-checks.ts';
import { digestPlanOf, planOf } from './run-episodes.ts';
import { newTrace } from './trace.ts';

it.each(FAILED_SEEDS)('seed $seed, episode $episode: no longer: $found', async ({ seed, episode, edition = 1 }) => {
  expect(runChecks(await runEpisode(planOf(seed, episode, edition), newTrace(false)))).toEqual([]);
});

it.each([0, 1, 2, 3, 4, 5])('counts each request of a digest once in episode %d', async (at) => {
  const episode = await runEpisode(digestPlanOf(8, at), newTrace(false));
  expect(runChecks(episode)).toEqual([]);
  const counted = episode.observed.digests.reduce((sum, { count }) => sum + count, 0);
  expect(counted).toBeGreaterThan(100);
});

it('runs an episode the same way each time', async () => {
  const linesOf = async () => {
    const trace = newTrace(true);
    await runEpisode(planOf(5, 1), trace);
    return trace.lines;
  };
  const first = await linesOf();
  expect(first.length).toBeGreaterThan(100);
  expect(await linesOf()).toEqual(first);
});

describe('npm run simulate:mutants', () => {
  it.each(MUTANTS)('can take out: $name', (mutant) => {
    for (const { file } of mutant.edits) {
      const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
      expect(applyMutant(mutant, file, source)).not.toBe(source);
    }
  });
});
