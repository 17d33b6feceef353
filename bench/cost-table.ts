// Costs as text for a terminal.
import { BILLING_UNITS } from '../local/meter.ts';
import { PRICES } from '../protocol/list-prices.ts';
import type { Cost } from './scenario.ts';

/** The line a budget is held against. */
export function costLine({ scenario, dollarsPerMillion }: Cost): string {
  return `${scenario.name}: $${dollarsPerMillion.toFixed(2)} per million ${scenario.of}, at ${scenario.perSecond} a second`;
}

export function costTable(cost: Cost): string {
  const { units, by, storageDollarsPerMillion } = cost;
  const lines = [costLine(cost), ''];
  for (const unit of BILLING_UNITS) {
    if (isNothing(units[unit]) || unit === 'websocket_connection_minutes') continue;
    const dollars = units[unit] * PRICES[unit] * 1e6;
    lines.push(`  ${unit.padEnd(32)} ${shown(units[unit])}  $${dollars.toFixed(3).padStart(7)}`);
    const details = Object.entries(by[unit] ?? {})
      .filter(([, amount]) => !isNothing(amount))
      .sort(([, a], [, b]) => b - a);
    if (details.length < 2) continue;
    for (const [name, amount] of details) lines.push(`      ${name.padEnd(28)} ${shown(amount)}`);
  }
  lines.push(
    `  ${'and storage for 90 days'.padEnd(32)} ${' '.repeat(9)}  $${storageDollarsPerMillion.toFixed(3).padStart(7)}`,
  );
  return lines.join('\n');
}

/** Gigabytes of one notification are small numbers. */
const shown = (amount: number): string => (amount < 0.0001 ? amount.toExponential(2) : amount.toFixed(4)).padStart(9);

/** What was subtracted leaves fractions behind. */
const isNothing = (amount: number): boolean => Math.abs(amount) < 1e-12;
