import { describe, expect, it } from 'vitest';
import { mergeRows, ROWS_KEPT } from '../../console/state/merge-rows.ts';
import { row } from './history-rows.ts';

const one = (order: number, title = 'first') => row({ id: String(order), order, title });

describe('the rows of the feed', () => {
  it('change in their place', () => {
    const merged = mergeRows([one(2), one(1)], [one(1, 'changed')]);
    expect(merged.map(({ id, title }) => `${id} ${title}`)).toEqual(['2 first', '1 changed']);
  });

  it('come on top when they are new, and in order when they are late', () => {
    expect(mergeRows([one(2)], [one(3), one(4)]).map(({ order }) => order)).toEqual([4, 3, 2]);
    expect(mergeRows([one(4), one(1)], [one(2)]).map(({ order }) => order)).toEqual([4, 2, 1]);
  });

  it('are bounded', () => {
    const many = Array.from({ length: ROWS_KEPT }, (_, at) => one(ROWS_KEPT - at));
    const merged = mergeRows(many, [one(ROWS_KEPT + 1)]);
    expect(merged).toHaveLength(ROWS_KEPT);
    expect(merged[0]!.order).toBe(ROWS_KEPT + 1);
  });
});
