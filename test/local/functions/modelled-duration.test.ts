// What Lambda would bill is modelled from CPU time and declared latencies, whatever this machine's clock says.
import { expect, it } from 'vitest';
import { meanMs } from '../../../local/declared-latencies.ts';
import { longestChain, modelledMs } from '../../../local/functions/modelled-duration.ts';

const call = (service: string, fromMs: number, toMs: number) => ({ service, operation: 'Any', fromMs, toMs });

it('CPU time is longer at less than a vCPU, and no shorter at more', () => {
  expect(modelledMs(10, 1_769, [])).toBe(10);
  expect(modelledMs(10, 3_538, [])).toBe(10);
  expect(modelledMs(10, 884.5, [])).toBe(20);
});

it('calls at the same time are waited for once, those after one another each', () => {
  const together = [call('dynamodb', 0, 9), call('dynamodb', 1, 8)];
  expect(longestChain(together).waitMs).toBeCloseTo(meanMs('dynamodb'));
  expect(longestChain([...together, call('sqs', 9, 10)]).waitMs).toBeCloseTo(meanMs('dynamodb') + meanMs('sqs'));
});

it('the longest chain is the one with the slowest calls', () => {
  const chain = longestChain([call('dynamodb', 0, 1), call('sns', 0, 1), call('dynamodb', 2, 3)]);
  expect(chain.calls.map(({ service }) => service)).toEqual(['sns', 'dynamodb']);
});

it('records of a batch wait at the same time, even where their calls happened to follow one another', () => {
  const calls = [0, 1, 2, 3].map((at) => call('dynamodb', 2 * at, 2 * at + 1));
  expect(modelledMs(0, 1_769, calls)).toBeCloseTo(4 * meanMs('dynamodb'));
  expect(modelledMs(0, 1_769, calls, 4)).toBeCloseTo(meanMs('dynamodb'));
  const together = [call('dynamodb', 0, 9), call('dynamodb', 1, 8)];
  expect(modelledMs(0, 1_769, together, 1)).toBeCloseTo(meanMs('dynamodb'));
});

it('without calls there is no wait', () => {
  expect(longestChain([])).toEqual({ calls: [], waitMs: 0 });
});
