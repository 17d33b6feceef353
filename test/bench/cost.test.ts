// What a notification costs stays within its budget, in units that AWS bills: the benchmark's scenarios with fewer
// notifications.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BenchStack, startBenchStack } from '../../bench/bench-stack.ts';
import { measureCost } from '../../bench/scenario.ts';
import { SCENARIOS } from '../../bench/scenarios.ts';

/** Enough for full batches; nothing here depends on how many there are. */
const NOTIFICATIONS = 40;
/** A busy machine splits batches and repeats wake-ups: `npm run bench:cost` is strict. */
const SLACK = 1.3;

let stack: BenchStack;
beforeAll(async () => {
  stack = await startBenchStack();
});
afterAll(() => stack.close());

describe('a notification', () => {
  it.each(SCENARIOS.filter(({ budget }) => budget))('$name costs no more than its budget', async (scenario) => {
    const { overBudget } = await measureCost(stack, scenario, NOTIFICATIONS, SLACK);
    expect(overBudget).toEqual([]);
  });
});
