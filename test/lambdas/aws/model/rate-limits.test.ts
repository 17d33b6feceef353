// What a rate limit costs, and how exactly several containers keep it together:
// docs/decisions/0021-rate-limits-in-memory-first.md
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rateLimits } from '../../../../lambdas/aws/model/rate-limits.ts';
import { startTableEngine } from '../../../support/table-engine.ts';

const FAR_TTL = 4_000_000_000;
let engine: Awaited<ReturnType<typeof startTableEngine>>;
beforeAll(async () => {
  engine = await startTableEngine({ metered: true });
});
afterAll(() => engine.close());

const container = () => rateLimits(engine.table);
const writeUnits = () => engine.side.meter.read().units.dynamodb_wru;

/** How many of `calls` pass, the containers taking turns, and what that costs. */
async function passed(containers: number, calls: number, limit: number, user: string) {
  const all = Array.from({ length: containers }, container);
  const before = writeUnits();
  let count = 0;
  for (let at = 0; at < calls; at++) {
    if (await all[at % containers]!.take(user, 'frames', 1, limit, FAR_TTL)) count++;
  }
  return { count, writeUnits: writeUnits() - before };
}

describe('a rate limit', () => {
  it('costs nothing for the first fortieth of a minute', async () => {
    expect(await passed(1, 3, 120, 'ordinary')).toEqual({ count: 3, writeUnits: 0 });
    expect(await passed(1, 15, 600, 'reader')).toEqual({ count: 15, writeUnits: 0 });
  });

  it('is exact with one container, and costs less than a write a call', async () => {
    expect(await passed(1, 300, 120, 'busy')).toEqual({ count: 120, writeUnits: 72 });
    expect(await passed(1, 700, 600, 'busy reader')).toEqual({ count: 600, writeUnits: 131 });
  });

  it('below 40 is exact with any number of containers', async () => {
    expect((await passed(5, 30, 6, 'sync')).count).toBe(6);
  });

  it.each([2, 4, 10])('lets at most a fortieth more pass for each further container (%i)', async (containers) => {
    const { count } = await passed(containers, 400, 120, `with ${containers}`);
    expect(count).toBeGreaterThanOrEqual(120);
    expect(count).toBeLessThanOrEqual(120 + 3 * (containers - 1));
  });

  it('costs nothing more once it is used up, for a container that knows', async () => {
    const one = container();
    for (let at = 0; at < 7; at++) await one.take('used up', 'syncs', 1, 6, FAR_TTL);
    const before = writeUnits();
    for (let at = 0; at < 100; at++) expect(await one.take('used up', 'syncs', 1, 6, FAR_TTL)).toBe(false);
    expect(writeUnits()).toBe(before);
  });

  it('counts what passed while the table was away', async () => {
    const one = container();
    engine.side.faults.add({ service: 'dynamodb', operation: 'UpdateItem', kind: 'error', times: 10 });
    await expect(one.take('away', 'syncs', 1, 2, FAR_TTL)).rejects.toThrow();
    engine.side.faults.clear();
    const answers = [];
    for (let at = 0; at < 3; at++) answers.push(await one.take('away', 'syncs', 1, 2, FAR_TTL));
    expect(answers).toEqual([true, true, false]);
  });
});
