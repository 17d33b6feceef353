// npm run bench:broadcast: how long a broadcast takes, what it repeats or misses and what it costs. Ends with 1 off
// target.
import { parseArgs } from 'node:util';
import { PAGE_SUBSCRIBERS } from '../lambdas/domain/delivery/fan-out-run.ts';
import { PRICES } from '../protocol/list-prices.ts';
import { type BroadcastFigures, simulateBroadcast } from './broadcast/simulate-broadcast.ts';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '10000,100000,1000000' },
    quota: { type: 'string', default: '10000' },
    /** Shares of all runs of a worker. */
    crashed: { type: 'string', default: '0.01' },
    hung: { type: 'string', default: '0.002' },
    seed: { type: 'string', default: '2' },
  },
});
const quota = Number(values.quota);
/** As bench:cost has them, with everything a frame carries. */
const FRAME_BYTES = 700;
/** From this size on; a small broadcast takes as long as its few invocations. */
const TIMED_FROM = 1_000_000;
const problems: string[] = [];

console.log('Virtual time; 12 ms log-normal, 1 % of posts throttled, 0.5 % of sockets gone.');
for (const connections of values.connections.split(',').map(Number)) {
  const startedMs = performance.now();
  const figures = await simulateBroadcast({
    connections,
    postsPerSecond: quota,
    seed: Number(values.seed),
    crashed: Number(values.crashed),
    hung: Number(values.hung),
  });
  console.log(report(connections, figures, performance.now() - startedMs));
  const miss = (isMissed: boolean, what: string) => isMissed && problems.push(`${connections} connections: ${what}`);
  miss(figures.missed > 0, `${figures.missed} open sockets received nothing`);
  miss(figures.peakPerSecond > quota, `${figures.peakPerSecond} posts in a second, at most ${quota}`);
  miss(figures.duplicates > figures.crashes * PAGE_SUBSCRIBERS, `${figures.duplicates} duplicates`);
  if (connections < TIMED_FROM) continue;
  miss(figures.timesQuota > 1.1, `${figures.timesQuota.toFixed(3)} × N/Q, at most 1.1`);
  miss(figures.dollarsPerMillion > 1.06, `$${figures.dollarsPerMillion.toFixed(3)} per million, at most $1.06`);
  miss(figures.readUnitsPerFrame > 0.1, `${figures.readUnitsPerFrame.toFixed(3)} RRU a frame, at most 0.1`);
}
for (const problem of problems) console.error(`Off target: ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);

function report(connections: number, figures: BroadcastFigures, tookMs: number): string {
  const row = (name: string, value: string) => `  ${name.padEnd(26)} ${value}`;
  return [
    `\n${connections.toLocaleString('en')} connections, quota ${quota.toLocaleString('en')} posts/s`,
    row('time', `${figures.seconds.toFixed(1)} s = ${figures.timesQuota.toFixed(3)} × N/Q`),
    row('peak in any second', `${figures.peakPerSecond} posts`),
    row('missed, duplicates', `${figures.missed}, ${figures.duplicates}`),
    row('invocations, killed', `${figures.invocations}, ${figures.crashes}`),
    row('dead-lettered messages', String(figures.deadLettered)),
    row('RRU, WRU a frame', `${figures.readUnitsPerFrame.toFixed(4)}, ${figures.writeUnitsPerFrame.toFixed(4)}`),
    row('per million frames', `$${figures.dollarsPerMillion.toFixed(3)}`),
    row(
      'and data transfer',
      `$${(FRAME_BYTES * 1e-9 * PRICES.data_out_gb * 1e6).toFixed(3)} for frames of ${FRAME_BYTES} bytes`,
    ),
    row('simulated in', `${(tookMs / 1000).toFixed(1)} s`),
  ].join('\n');
}
