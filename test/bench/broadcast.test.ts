// A broadcast in virtual time, smaller than the benchmark's: nobody is missed, the quota holds, crashes repeat less
// than a page.
import { describe, expect, it } from 'vitest';
import { simulateBroadcast } from '../../bench/broadcast/simulate-broadcast.ts';
import { UNSAVED_MAX } from '../../lambdas/domain/delivery/serve-segment.ts';

const connections = 30_000;
const postsPerSecond = 2_000;

describe('a broadcast to 30,000 connections', () => {
  it('takes little longer than its quota, at little more than the price of its frames', async () => {
    const figures = await simulateBroadcast({ connections, postsPerSecond, seed: 1 });
    expect(figures).toMatchObject({ missed: 0, duplicates: 0, deadLettered: 0 });
    expect(figures.timesQuota).toBeLessThan(1.4);
    expect(figures.peakPerSecond).toBeLessThanOrEqual(postsPerSecond);
    expect(figures.readUnitsPerFrame).toBeLessThan(0.1);
    expect(figures.dollarsPerMillion).toBeLessThan(1.06);
  });

  it.each([1, 2, 3, 4, 5])('reaches every socket when workers crash and hang, seed %i', async (seed) => {
    const figures = await simulateBroadcast({ connections, postsPerSecond, seed, crashed: 0.2, hung: 0.1 });
    expect(figures.crashes).toBeGreaterThan(0);
    expect(figures.missed).toBe(0);
    expect(figures.duplicates).toBeLessThanOrEqual(figures.crashes * UNSAVED_MAX);
    expect(figures.peakPerSecond).toBeLessThanOrEqual(postsPerSecond);
  });
});
