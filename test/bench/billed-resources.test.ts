// Nothing in the template is left out of the bill.
import { describe, expect, it } from 'vitest';
import { BILLED_RESOURCES } from '../../bench/billed-resources.ts';
import { monthlyCosts, queueFunctions } from '../../bench/monthly-costs.ts';
import { LOCAL_SETTINGS } from '../../local/local-settings.ts';
import { BILLING_UNITS } from '../../local/meter.ts';
import type { Template } from '../../local/template/template.ts';
import { PRICES } from '../../protocol/list-prices.ts';
import { templateWith } from '../lib/synthesized.ts';

const everything = { ...LOCAL_SETTINGS, webSocketAccessLogs: true, tracing: true };
const template = templateWith(everything).toJSON() as Template;
const types = [...new Set(Object.values(template.Resources).map(({ Type }) => Type))].sort();

describe('the meter', () => {
  it.each(types)('has an entry for %s', (type) => {
    expect(Object.keys(BILLED_RESOURCES)).toContain(type);
  });

  it('counts every unit for some resource, and has a price for it', () => {
    const billed = new Set<string>(Object.values(BILLED_RESOURCES).flat());
    expect(BILLING_UNITS.filter((unit) => !billed.has(unit))).toEqual([]);
    for (const unit of BILLING_UNITS) expect(PRICES[unit]).toBeGreaterThan(0);
  });

  it('knows the functions whose queues are polled', () => {
    expect(queueFunctions(template).sort()).toEqual(['dispatch', 'fanout']);
  });

  it('adds up what a month costs before anything is sent', () => {
    const costs = Object.fromEntries(monthlyCosts(template).map(({ what, dollars }) => [what, dollars]));
    // Five pollers that wait 20 s each make 648,000 to 657,000 receives a month and queue.
    expect(costs['2 queues polled in vain']).toBeCloseTo(0.53, 2);
  });
});
