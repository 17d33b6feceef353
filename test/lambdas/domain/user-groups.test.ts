// Per-user groups keep the order of what belongs together.
import { describe, expect, it } from 'vitest';
import { groupInOrder } from '../../../lambdas/domain/user-groups.ts';

describe('groupInOrder', () => {
  it('puts items of one group behind one another, in their order', () => {
    const items = ['a1', 'b1', 'a2', 'c1', 'b2', 'a3'];
    expect(groupInOrder(items, (item) => item[0]!)).toEqual([['a1', 'a2', 'a3'], ['b1', 'b2'], ['c1']]);
  });

  it('makes no groups of nothing', () => {
    expect(groupInOrder([], String)).toEqual([]);
  });
});
