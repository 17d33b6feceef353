// A circle of imports is found wherever it hides, and a diamond is none.
import { describe, expect, it } from 'vitest';
import { findCycle } from './find-cycle.ts';

const graph = (edges: Record<string, string[]>) => new Map(Object.entries(edges));

describe('findCycle', () => {
  it.each([
    [{ a: ['b'], b: ['a'] }, ['a', 'b', 'a']],
    [{ a: ['a'] }, ['a', 'a']],
    [{ a: ['b'], b: ['c'], c: ['d'], d: ['b'] }, ['b', 'c', 'd', 'b']],
    [{ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, undefined],
    [{ a: ['outside'] }, undefined],
  ])('%j', (edges, expected) => {
    expect(findCycle(graph(edges as unknown as Record<string, string[]>))).toEqual(expected);
  });
});
