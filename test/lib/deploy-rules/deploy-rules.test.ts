// What makes a deploy, an update, a rollback or a deletion fail on AWS: each rule holds in every variant of the stack,
// and each is proven by templates that break it.
import { beforeAll, describe, expect, it } from 'vitest';
import { DEPLOY_RULES } from '../../../lib/deploy-rules/deploy-rules.ts';
import { BREAKAGES } from './breakages.ts';
import { editing } from './editing.ts';
import { VARIANTS, variant, viewOf } from './variants.ts';

/** The first synthesis of a process loads the CDK and bundles the functions. */
const TIMEOUT_MS = 120_000;
beforeAll(() => VARIANTS.forEach(variant), TIMEOUT_MS);

describe.each(VARIANTS)('with %s', (name) => {
  it.each(DEPLOY_RULES)('$id: $holds', (rule) => {
    expect(rule.check(viewOf(variant(name)))).toEqual([]);
  });
});

describe.each(DEPLOY_RULES)('$id', (rule) => {
  it.each(BREAKAGES[rule.id] ?? [])('finds $what', ({ variant: name = 'no settings', break: breakIt }) => {
    const broken = structuredClone(variant(name));
    breakIt(editing(broken));
    const findings = rule.check(viewOf(broken));
    expect(findings).not.toEqual([]);
    for (const { logicalId, problem } of findings) expect([logicalId, problem]).not.toContain('');
  });
});

describe('the rules', () => {
  it('are all proven', () => {
    expect(Object.keys(BREAKAGES).sort()).toEqual(DEPLOY_RULES.map(({ id }) => id).sort());
  });

  it('have names of their own, and say what must hold and what happens otherwise', () => {
    expect(new Set(DEPLOY_RULES.map(({ id }) => id)).size).toBe(DEPLOY_RULES.length);
    for (const { id, holds, otherwise } of DEPLOY_RULES) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      for (const text of [holds, otherwise]) expect(text).toMatch(/^[A-Z].*[.]$|^[A-Z].*"[.]$/);
    }
  });
});

describe('40 mapped events', () => {
  it('need as many resources more, and no more statements', () => {
    const many = variant('40 mapped events').template.Resources ?? {};
    const few = variant('push').template.Resources ?? {};
    expect(Object.keys(many).length - Object.keys(few).length).toBe(40);
    for (const [id, { Properties }] of Object.entries(few)) {
      if (few[id]!.Type !== 'AWS::SQS::QueuePolicy') continue;
      const count = (properties: any) => properties.PolicyDocument.Statement.length;
      expect([id, count(many[id]!.Properties)]).toEqual([id, count(Properties)]);
    }
  });
});
