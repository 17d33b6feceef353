// npm run bench:cost: what a notification costs, in AWS's billing units and in dollars. Ends with 1 when one is over its budget.
import { parseArgs } from 'node:util';
import { PRICES } from '../local/prices.ts';
import { startBenchStack } from './bench-stack.ts';
import { costTable } from './cost-table.ts';
import { type Cost, measureCost } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const { values } = parseArgs({
  options: {
    notifications: { type: 'string', default: '1000' },
    /** Only scenarios whose name has this in it. */
    only: { type: 'string', default: '' },
  },
});
const notifications = Number(values.notifications);
if (!Number.isInteger(notifications) || notifications < 1)
  throw new Error('--notifications must be a whole number, at least 1.');

const stack = await startBenchStack();
const costs: Cost[] = [];
try {
  for (const scenario of SCENARIOS.filter(({ name }) => name.includes(values.only))) {
    const cost = await measureCost(stack, scenario, notifications);
    costs.push(cost);
    console.log(`${costTable(cost)}\n`);
  }
} finally {
  await stack.close();
}
const perMillionMinutes = (PRICES.websocket_connection_minutes * 1e6).toFixed(2);
console.log(`GB seconds are those of this machine. All else is what AWS counts, with full batches: at a low rate, or with
events far apart, invocations and queue requests come near those of "one by one". Open connections cost $${perMillionMinutes} per
million minutes on top.`);
const overBudget = costs.flatMap((cost) => cost.overBudget);
for (const line of overBudget) console.error(`Over budget: ${line}`);
process.exit(overBudget.length > 0 ? 1 : 0);
