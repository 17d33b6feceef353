// Costs as text for a terminal.
import { BILLING_UNITS } from '../local/meter.ts';
import { PRICES } from '../local/prices.ts';
import type { Cost } from './scenario.ts';

export function costTable({ scenario, units, by, dollarsPerMillion }: Cost): string {
  const lines = [`${scenario}: $${dollarsPerMillion.toFixed(2)} per million notifications`, ''];
  for (const unit of BILLING_UNITS) {
    if (isNothing(units[unit]) || unit === 'websocket_connection_minutes') continue;
    const dollars = units[unit] * PRICES[unit] * 1e6;
    lines.push(`  ${unit.padEnd(30)} ${units[unit].toFixed(4).padStart(9)}  $${dollars.toFixed(3).padStart(7)}`);
    const details = Object.entries(by[unit] ?? {})
      .filter(([, amount]) => !isNothing(amount))
      .sort(([, a], [, b]) => b - a);
    if (details.length < 2) continue;
    for (const [name, amount] of details) lines.push(`      ${name.padEnd(26)} ${amount.toFixed(4).padStart(9)}`);
  }
  return lines.join('\n');
}

/** What was subtracted leaves fractions behind. */
const isNothing = (amount: number): boolean => Math.abs(amount) < 1e-9;
