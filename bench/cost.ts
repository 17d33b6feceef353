// npm run bench:cost: what a notification costs, in AWS's billing units and in dollars. Ends with 1 when one is over
// its budget.
import { parseArgs } from 'node:util';
import { PRICES } from '../protocol/list-prices.ts';
import { startBenchStack } from './bench-stack.ts';
import { costTable } from './cost-table.ts';
import { fillDocuments } from './estimate/fill-tables.ts';
import { readFigures, writeFigures } from './figures.ts';
import { IDLE_SOCKET_MOST_DOLLARS, idleSocketDollars, idleSocketLine } from './idle-socket.ts';
import { monthlyCosts, monthlyLines } from './monthly-costs.ts';
import { type Cost, measureCost } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const { values } = parseArgs({
  options: {
    notifications: { type: 'string', default: '200' },
    /** Only scenarios whose name has one of these in it: `batch;bulk`. */
    only: { type: 'string', default: '' },
    /** Writes what was measured to bench/figures.json, from which npm run estimate and docs/cost.md are made. */
    write: { type: 'boolean', default: false },
  },
});
/** So that every function has run often, as one on AWS that is hours old has. */
const WARM_UP_BY = ['ten to a call', 'connect with a ticket'];
const WARM_UP = 600;
const notifications = Number(values.notifications);
if (!Number.isInteger(notifications) || notifications < 1)
  throw new Error('--notifications must be a whole number, at least 1.');

const isWanted = ({ name }: { name: string }) => values.only.split(';').some((part) => name.includes(part));

// One sandbox of each function, so that it is soon as warm as one on AWS that is hours old.
const stack = await startBenchStack({ maxWorkers: 1 });
const costs: Cost[] = [];
try {
  for (const name of WARM_UP_BY) {
    const scenario = SCENARIOS.find((one) => one.name === name)!;
    await measureCost(stack, scenario, WARM_UP);
  }
  for (const scenario of SCENARIOS.filter(isWanted)) {
    const cost = await measureCost(stack, scenario, notifications);
    costs.push(cost);
    console.log(`${costTable(cost)}\n`);
  }
  console.log(`${idleSocketLine()}\n`);
  console.log(monthlyLines(stack.template).join('\n'));
  if (values.write) fillDocuments(writeFigures(costs, monthlyCosts(stack.template)));
} finally {
  await stack.close();
}
console.log(`
List prices of us-east-1 without free tiers. GB-seconds are modelled from CPU time on this machine, the memory's share of a
vCPU and the latencies declared in local/declared-latencies.ts; loading a function, once in hours, is left out.`);
/** As measured now, else as it was measured last. */
function dollarsOf(name: string): number {
  const measured = costs.find(({ scenario }) => scenario.name === name)?.dollarsPerMillion;
  if (measured !== undefined) return measured;
  const units = Object.entries(readFigures().scenarios[name]?.units ?? {});
  return units.reduce((sum, [unit, amount]) => sum + amount * PRICES[unit as keyof typeof PRICES] * 1e6, 0);
}
const overBudget = costs.flatMap(({ scenario, dollarsPerMillion, overBudget: over }) => {
  const { name, atMost } = scenario;
  const mostDollars = atMost ? atMost.times * dollarsOf(atMost.scenario) : scenario.mostDollars;
  const isDear = mostDollars !== undefined && dollarsPerMillion > mostDollars;
  return isDear ? [...over, `${name}: $${dollarsPerMillion.toFixed(2)}, at most $${mostDollars.toFixed(2)}`] : over;
});
const { month } = idleSocketDollars();
if (month > IDLE_SOCKET_MOST_DOLLARS)
  overBudget.push(`an idle socket: $${month.toFixed(4)} a month, at most $${IDLE_SOCKET_MOST_DOLLARS}`);
for (const line of overBudget) console.error(`Over budget: ${line}`);
process.exit(overBudget.length > 0 ? 1 : 0);
