// `npm run conformance`: how many behaviours of each AWS service the tests assert, and how many of them name their
// source.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { blocksOf, SERVICES, serviceOf } from './citations.ts';

/** Our choice. */
const LEAST_CITED = 400;

const listed: { name: string; file: string }[] = JSON.parse(
  execFileSync('npx', ['vitest', 'list', '--project', 'parts', 'test/local', '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
);
const totals = new Map(Object.keys(SERVICES).map((service) => [service, { asserted: 0, cited: 0 }]));
for (const { name, file } of listed) {
  const service = serviceOf(relative(process.cwd(), file));
  if (service === undefined) continue;
  const blocks = blocksOf(readFileSync(file, 'utf8'));
  const block = blocks.find(({ title }) => title !== '' && name.startsWith(`${title} > `)) ?? blocks.at(-1)!;
  const total = totals.get(service)!;
  total.asserted++;
  if (block.isCited) total.cited++;
}
const sum = { asserted: 0, cited: 0 };
for (const [service, { asserted, cited }] of totals) {
  console.log(`${service.padEnd(16)} ${String(asserted).padStart(4)} asserted ${String(cited).padStart(4)} cited`);
  sum.asserted += asserted;
  sum.cited += cited;
}
console.log(`${'All'.padEnd(16)} ${String(sum.asserted).padStart(4)} asserted ${String(sum.cited).padStart(4)} cited`);
if (sum.cited < LEAST_CITED) {
  console.log(`At least ${LEAST_CITED} must be cited.`);
  process.exitCode = 1;
}
