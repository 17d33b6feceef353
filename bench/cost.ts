// npm run bench:cost: what a notification costs, in AWS's billing units and in dollars. Ends with 1 when one is over its budget.
import { parseArgs } from 'node:util';
import { startBenchStack } from './bench-stack.ts';
import { costTable } from './cost-table.ts';
import { monthlyLines } from './monthly-costs.ts';
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
  console.log(monthlyLines(stack.template).join('\n'));
} finally {
  await stack.close();
}
console.log(`
List prices of us-east-1 without free tiers. GB-seconds are modelled from CPU time on this machine, the memory's share of a
vCPU and the latencies declared in local/declared-latencies.ts; loading a function, once in hours, is left out.`);
const overBudget = costs.flatMap(({ scenario, dollarsPerMillion, overBudget: over }) => {
  const { name, mostDollars } = scenario;
  const isDear = mostDollars !== undefined && dollarsPerMillion > mostDollars;
  return isDear ? [...over, `${name}: $${dollarsPerMillion.toFixed(2)}, at most $${mostDollars.toFixed(2)}`] : over;
});
for (const line of overBudget) console.error(`Over budget: ${line}`);
process.exit(overBudget.length > 0 ? 1 : 0);
