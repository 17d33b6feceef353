// A way of using the stack whose cost is measured: what is prepared, what is counted, what it may cost.
import { BILLING_UNITS, type BillingUnit } from '../local/meter.ts';
import { PRICES } from '../local/prices.ts';
import type { BenchStack } from './bench-stack.ts';

export interface Scenario {
  name: string;
  /** What happens uncounted: sockets open, devices register. */
  prepare(stack: BenchStack, notifications: number): Promise<unknown>;
  /** What is counted. Rejects when not everything arrived where it should. */
  run(stack: BenchStack, notifications: number): Promise<void>;
  /** At most this much of a unit for one notification. */
  budget?: Partial<Record<BillingUnit, number>>;
}

export interface Cost {
  scenario: string;
  /** Of each billing unit, for one notification. */
  units: Record<BillingUnit, number>;
  /** What the units are made of: function, operation, route. */
  by: Partial<Record<BillingUnit, Record<string, number>>>;
  /** Without connection minutes, which are billed whether or not anything is sent. */
  dollarsPerMillion: number;
  /** Units that cost more than the budget, as sentences. */
  overBudget: string[];
}

export async function measureCost(stack: BenchStack, scenario: Scenario, notifications: number): Promise<Cost> {
  await stack.reset();
  await scenario.prepare(stack, notifications);
  await stack.settle();
  await stack.resetMeter();
  await scenario.run(stack, notifications);
  await stack.settle();
  const { units: total, by: details } = await stack.meter();

  const perOne = (amount: number) => amount / notifications;
  const units = mapValues(total, perOne) as Record<BillingUnit, number>;
  return {
    scenario: scenario.name,
    units,
    by: mapValues(details, (of) => mapValues(of ?? {}, perOne)),
    dollarsPerMillion: dollarsPerMillion(units),
    overBudget: Object.entries(scenario.budget ?? {})
      .filter(([unit, most]) => units[unit as BillingUnit] > most)
      .map(([unit, most]) => `${scenario.name}: ${units[unit as BillingUnit].toFixed(3)} ${unit}, at most ${most}`),
  };
}

function dollarsPerMillion(units: Record<BillingUnit, number>): number {
  const perNotification = BILLING_UNITS.filter((unit) => unit !== 'websocket_connection_minutes');
  return perNotification.reduce((sum, unit) => sum + units[unit] * PRICES[unit], 0) * 1e6;
}

function mapValues<Value, Result>(of: Record<string, Value>, change: (value: Value) => Result): Record<string, Result> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]));
}
