// Percentiles by the nearest rank.
import { describe, expect, it } from 'vitest';
import { percentile } from '../../bench/percentile.ts';

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [50, 50],
    [99, 99],
    [100, 100],
    [0, 1],
  ])('p%i of 1…100 is %i', (percent, expected) => {
    expect(percentile(hundred, percent)).toBe(expected);
  });

  it('of one sample is that sample, of none is nothing', () => {
    expect(percentile([7], 99)).toBe(7);
    expect(percentile([], 50)).toBeNaN();
  });
});
