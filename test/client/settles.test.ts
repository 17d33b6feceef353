// Whatever the network did, list and count equal the server's once it is well again. FUZZ_SEEDS and FUZZ_FROM choose
// more.
import { describe, expect, it } from 'vitest';
import { settles } from './settles.ts';

const SEEDS = Number(process.env.FUZZ_SEEDS ?? 100);
const FROM = Number(process.env.FUZZ_FROM ?? 1);
const PER_TEST = 50;
const starts = Array.from({ length: Math.ceil(SEEDS / PER_TEST) }, (_, at) => FROM + at * PER_TEST);

describe.each([
  ['after frames were lost, doubled and late, and requests failed', false],
  ['without anybody looking at the page, when connections were cut but no frame was lost', true],
])('list and count of every tab equal the server’s %s', (_, isGood) => {
  it.each(starts)('seeds from %i', { timeout: 600_000 }, async (start) => {
    for (let seed = start; seed < Math.min(start + PER_TEST, FROM + SEEDS); seed++) {
      const { differences, history } = await settles(seed, isGood);
      expect(differences, `seed ${seed}\n${history.join('\n')}`).toEqual([]);
    }
  });
});
