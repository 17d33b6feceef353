// A way of using the stack whose cost is measured: what is prepared, what is counted, at which rate, what it may cost.
import { BILLING_UNITS, type BillingUnit } from '../local/meter.ts';
import { PRICES } from '../protocol/list-prices.ts';
import type { BenchStack } from './bench-stack.ts';
import { idleReceivesPerSecond } from './idle-pollers.ts';

export interface Scenario {
  name: string;
  /** What one is: `notifications`. */
  of: string;
  /** How many arrive in a second. Queues that wait in vain are billed too, and at a low rate they wait often. */
  perSecond: number;
  /** More than so many are not needed, where each takes long. */
  most?: number;
  /** What happens uncounted: sockets open, devices register. */
  prepare(stack: BenchStack, count: number): Promise<unknown>;
  /** What is counted. Rejects when not everything arrived where it should. */
  run(stack: BenchStack, count: number): Promise<void>;
  /** At most this much of a unit for one. */
  budget?: Partial<Record<BillingUnit, number>>;
  /** At most this many dollars per million. */
  mostDollars?: number;
  /** Less than so many of another scenario. */
  atMost?: { scenario: string; times: number };
}

export interface Cost {
  scenario: Scenario;
  /** Of each billing unit, for one. */
  units: Record<BillingUnit, number>;
  /** What the units are made of: function, operation, route. */
  by: Partial<Record<BillingUnit, Record<string, number>>>;
  /** Without connection minutes, which are billed whether or not anything is sent, and without storage. */
  dollarsPerMillion: number;
  /** Of rows that are kept for days. */
  storedGb: number;
  /** For as long as rows are kept. */
  storageDollarsPerMillion: number;
  /** Units that cost more than the budget, as sentences. */
  overBudget: string[];
}

/** As lib/notification-service.ts keeps them by default: 90 days. */
const KEPT_MONTHS = 90 / (365 / 12);
/**
 * https://aws.amazon.com/dynamodb/pricing/on-demand/ (seen 2026-11-21): a GB a month, stored and in point-in-time
 * recovery.
 */
export const STORAGE_DOLLARS_PER_GB_MONTH = 0.25 + 0.2;
/** Billed whether or not anything is sent. */
const BY_TIME: BillingUnit = 'websocket_connection_minutes';

/** `slack`: times the budget. */
export async function measureCost(stack: BenchStack, scenario: Scenario, wanted: number, slack = 1): Promise<Cost> {
  const count = Math.min(wanted, scenario.most ?? wanted);
  await stack.reset();
  await scenario.prepare(stack, count);
  await stack.settle();
  await stack.resetMeter();
  await scenario.run(stack, count);
  await stack.settle();
  const { units: total, by: details } = await stack.meter();

  const perOne = (amount: number) => amount / count;
  const units = mapValues(total, perOne) as Record<BillingUnit, number>;
  const by: Cost['by'] = mapValues(details, (of) => mapValues(of ?? {}, perOne));
  leaveOutLoading(units, by);
  // What passes no queue has no share in how often they are polled.
  if (units.eventbridge_events > 0) addIdleReceives(units, by, scenario.perSecond, stack.queueFunctions);
  const dollarsPerMillion = BILLING_UNITS.filter((unit) => unit !== BY_TIME).reduce(
    (sum, unit) => sum + units[unit] * PRICES[unit] * 1e6,
    0,
  );
  const storedGb = perOne(await stack.storedGb());
  return {
    scenario,
    units,
    by,
    dollarsPerMillion,
    storedGb,
    storageDollarsPerMillion: storedGb * 1e6 * KEPT_MONTHS * STORAGE_DOLLARS_PER_GB_MONTH,
    overBudget: Object.entries(scenario.budget ?? {})
      .filter(([unit, most]) => units[unit as BillingUnit] > most * slack)
      .map(([unit, most]) => `${scenario.name}: ${units[unit as BillingUnit].toFixed(3)} ${unit}, at most ${most}`),
  };
}

/** On AWS a function loads once in hours; here it would be a share of every run. */
function leaveOutLoading(units: Cost['units'], by: Cost['by']): void {
  const details = by.lambda_gb_seconds ?? {};
  for (const name of Object.keys(details).filter((detail) => detail.endsWith(', loading'))) {
    units.lambda_gb_seconds -= details[name]!;
    delete details[name];
  }
}

export const EMPTY_RECEIVES = 'empty receives for';

function addIdleReceives(units: Cost['units'], by: Cost['by'], perSecond: number, functions: readonly string[]): void {
  for (const name of functions) {
    const busyPerSecond = (by.lambda_requests?.[name] ?? 0) * perSecond;
    const idle = idleReceivesPerSecond(busyPerSecond) / perSecond;
    units.sqs_requests += idle;
    by.sqs_requests = { ...by.sqs_requests, [`${EMPTY_RECEIVES} ${name}`]: idle };
  }
}

function mapValues<Value, Result>(of: Record<string, Value>, change: (value: Value) => Result): Record<string, Result> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]));
}
