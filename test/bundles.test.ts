// The functions' bundles stay small, hold what they should, and are the same wherever they are made.
import { describe, expect, it } from 'vitest';
import { bundleSize, contentsOf } from '../bench/bundle-contents.ts';
import { bundleHandler } from '../lib/bundle-handler.ts';

/**
 * Kilobytes, about a tenth above what they are. A bundle that outgrows its budget has usually got a new client or
 * library: `npm run bench:start` shows what is in it. Where it is worth its start-up time, raise the number.
 */
const BUDGET_KB: Record<string, number> = { authorize: 275, socket: 470, inbox: 620, dispatch: 600, fanout: 325 };

const FUNCTIONS = Object.keys(BUDGET_KB);
const packagesIn = (name: string) => contentsOf(bundleHandler(name)).map(([part]) => part);

describe.each(FUNCTIONS)('%s', (name) => {
  it('keeps its budget', () => {
    expect(bundleSize(bundleHandler(name)).rawBytes / 1024).toBeLessThanOrEqual(BUDGET_KB[name]!);
  });

  it('takes credentials from its environment, without the chain that looks everywhere else', () => {
    const chain = packagesIn(name).filter((part) => /credential-provider|nested-clients|token-providers/.test(part));
    expect(chain).toEqual([]);
  });

  it('holds nothing of the machine it was made on', () => {
    expect(Buffer.from(bundleHandler(name).code).includes(process.cwd())).toBe(false);
  });
});

describe('functions that check no input of their own', () => {
  it.each(['authorize', 'fanout'])('%s has no schema library inside', (name) => {
    expect(packagesIn(name)).not.toContain('zod');
  });
});

describe('local tools', () => {
  it.each(FUNCTIONS)('are not in %s', (name) => {
    const tools = packagesIn(name).filter((part) =>
      /^(aws-cdk-lib|constructs|esbuild|@asteasolutions|vitest)/.test(part),
    );
    expect(tools).toEqual([]);
  });
});
