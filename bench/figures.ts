// What one of each scenario takes, as measured: kept in the repository, so that an estimate needs no bench.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BillingUnit } from '../local/meter.ts';
import type { MonthlyCost } from './monthly-costs.ts';
import { type Cost, EMPTY_RECEIVES } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const FILE = fileURLToPath(new URL('./figures.json', import.meta.url));

export type Units = Partial<Record<BillingUnit, number>>;
export interface Figures {
  measuredOn: string;
  /** By the scenario's name, of one of it. */
  scenarios: Record<string, { of: string; perSecond: number; units: Units; emptyReceives: number; storedGb: number }>;
  /** What the stack costs before anything is sent. */
  monthly: MonthlyCost[];
}

export const readFigures = (): Figures => JSON.parse(readFileSync(FILE, 'utf8'));

/** Of those that were measured now; the others keep their figures. */
export function writeFigures(costs: readonly Cost[], monthly: MonthlyCost[]): Figures {
  const scenarios = costs.map(({ scenario: { name, of, perSecond }, units, by, storedGb }) => {
    // By the month they are the same, however much is sent: they are in what the stack costs.
    const empty = Object.entries(by.sqs_requests ?? {}).filter(([detail]) => detail.startsWith(EMPTY_RECEIVES));
    const emptyReceives = empty.reduce((sum, [, amount]) => sum + amount, 0);
    const counted = Object.entries({ ...units, sqs_requests: units.sqs_requests - emptyReceives }).filter(
      ([unit, amount]) => amount > 1e-12 && !unit.endsWith('_minutes'),
    );
    const rounded = Object.fromEntries(counted.map(([unit, amount]) => [unit, short(amount)]));
    return [name, { of, perSecond, units: rounded, emptyReceives: short(emptyReceives), storedGb: short(storedGb) }];
  });
  const measuredOn = new Date().toISOString().slice(0, 10);
  const before = existsSync(FILE) ? readFigures().scenarios : {};
  const all: Figures['scenarios'] = { ...before, ...Object.fromEntries(scenarios) };
  const inOrder = SCENARIOS.flatMap(({ name }) => (all[name] ? [[name, all[name]] as const] : []));
  const figures = { measuredOn, scenarios: Object.fromEntries(inOrder), monthly };
  writeFileSync(FILE, `${JSON.stringify(figures, null, 2)}\n`);
  return figures;
}

const short = (amount: number): number => Number(amount.toPrecision(4));
