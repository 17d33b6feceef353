// The list of planted bugs is current: `npm run mutants` plants them one at a time.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { planted } from './plant-mutant.ts';

it.each(MUTANTS.map((mutant) => [mutant.bug, mutant] as const))('%s: its place is there once', (_bug, mutant) => {
  const code = readFileSync(new URL(`../../${mutant.file}`, import.meta.url), 'utf8');
  expect(planted(code, mutant)).not.toBe(code);
});
