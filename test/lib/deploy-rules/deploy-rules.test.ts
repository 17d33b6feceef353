// What makes a deploy, an update, a rollback or a deletion fail on AWS: each rule holds in every variant of the stack.
import { describe, expect, it } from 'vitest';
import { DEPLOY_RULES } from '../../../lib/deploy-rules/deploy-rules.ts';
import { VARIANTS, variant, viewOf } from './variants.ts';

describe.each(VARIANTS)('with %s', (name) => {
  it.each(DEPLOY_RULES)('$id: $holds', (rule) => {
    expect(rule.check(viewOf(variant(name)))).toEqual([]);
  });
});

it('each rule has a name of its own, and says what happens otherwise', () => {
  expect(new Set(DEPLOY_RULES.map(({ id }) => id)).size).toBe(DEPLOY_RULES.length);
  for (const { id, holds, otherwise } of DEPLOY_RULES) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect([holds, otherwise].every((text) => /^[A-Z"].*[.":]$/.test(text) || text.length > 20)).toBe(true);
  }
});
