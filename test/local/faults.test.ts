import { describe, expect, it } from 'vitest';
import { createFaults } from '../../local/faults.ts';

const call = { function: 'dispatch', service: 'sqs', operation: 'SendMessage' };

describe('faults', () => {
  it('apply to the calls they name, as often as they say', () => {
    const faults = createFaults();
    faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'throttle', times: 2, function: 'dispatch' });
    expect(faults.apply({ ...call, function: 'socket' })).toEqual({ latencyMs: 0 });
    expect(faults.apply({ ...call, operation: 'ReceiveMessage' })).toEqual({ latencyMs: 0 });
    expect(faults.apply(call).kind).toBe('throttle');
    expect(faults.list()).toMatchObject([{ times: 1 }]);
    expect(faults.apply(call).kind).toBe('throttle');
    expect(faults.apply(call)).toEqual({ latencyMs: 0 });
    expect(faults.list()).toEqual([]);
  });

  it('let as many calls pass as they say', () => {
    const faults = createFaults();
    faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'error', skip: 2, times: 1 });
    expect([1, 2, 3, 4].map(() => faults.apply(call).kind)).toEqual([undefined, undefined, 'error', undefined]);
  });

  it('with a probability apply by chance, and * is every operation', () => {
    const chances = [0.29, 0.31];
    const faults = createFaults(() => chances.shift()!);
    faults.add({ service: 'sqs', operation: '*', kind: 'error', probability: 0.3 });
    expect(faults.apply(call).kind).toBe('error');
    expect(faults.apply(call).kind).toBeUndefined();
  });

  it('add latencies to one failure', () => {
    const faults = createFaults();
    faults.add({ service: 'sqs', operation: '*', kind: 'latency' });
    faults.add({ service: 'sqs', operation: '*', kind: 'latency', ms: 50 });
    faults.add({ service: 'sqs', operation: '*', kind: 'error', times: 1 });
    faults.add({ service: 'sqs', operation: '*', kind: 'throttle', times: 1 });
    expect(faults.apply(call)).toEqual({ latencyMs: 1050, kind: 'error' });
    expect(faults.apply(call)).toEqual({ latencyMs: 1050, kind: 'throttle' });
  });

  it('are listed, removed and cleared', () => {
    const faults = createFaults();
    const { id } = faults.add({ service: 'sns', operation: 'Publish', kind: 'error' });
    expect(faults.remove(id)).toBe(true);
    expect(faults.remove(id)).toBe(false);
    faults.add({ service: 'sns', operation: 'Publish', kind: 'error' });
    faults.clear();
    expect(faults.list()).toEqual([]);
  });

  const valid = { service: 'dynamodb', operation: 'PutItem', kind: 'error' };
  it.each([
    ['body', []],
    ['service', { ...valid, service: 'dynamo' }],
    ['operation', { ...valid, operation: 'put-item' }],
    ['kind', { ...valid, kind: 'explode' }],
    ['kind', { ...valid, kind: 'gone' }],
    ['skip', { ...valid, skip: -1 }],
    ['times', { ...valid, times: 0 }],
    ['probability', { ...valid, probability: 1.5 }],
    ['ms', { ...valid, ms: 5 }],
    ['function', { ...valid, function: 3 }],
    ['oops', { ...valid, oops: 1 }],
  ])('are refused by naming the field %s', (field, body) => {
    expect(() => createFaults().add(body)).toThrow(
      expect.objectContaining({ code: 'InvalidFault', status: 400, members: { field } }),
    );
  });
});
