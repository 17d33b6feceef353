import { describe, expect, it } from 'vitest';
import { traceOfItem, tracesOf } from '../../../local/history/attribution.ts';
import { safely } from '../../../local/history/safely.ts';
import { addStep, newTrace } from '../../../local/history/trace.ts';
import { createTraces } from '../../../local/history/traces.ts';

let order = 0;
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const trace = (n: number, detail: Record<string, unknown> = {}) =>
  newTrace(
    {
      version: '0',
      id: uuid(n),
      'detail-type': 'notification.requested',
      source: 'test',
      account: '',
      time: '',
      region: '',
      resources: [],
      detail,
    },
    ++order,
    0,
  );

describe('the kept traces', () => {
  it('forget the oldest with all its keys', () => {
    const traces = createTraces(2);
    for (const n of [1, 2, 3]) {
      const one = trace(n);
      traces.add(one);
      traces.index(`message ${n}`, one);
    }
    expect(traces.size).toBe(2);
    expect(traces.get(uuid(1))).toBeUndefined();
    expect(traces.find('message 1')).toBeUndefined();
    expect(traces.find('message 3')!.id).toBe(uuid(3));
    expect(traces.latest(10).map(({ id }) => id)).toEqual([uuid(3), uuid(2)]);
  });

  it('drop details of the oldest when all take too much memory, but of none that is under way', () => {
    const traces = createTraces(100, 20_000);
    const [running, old, recent] = [trace(1), trace(2), trace(3)];
    for (const one of [running, old, recent]) {
      traces.add(one);
      addStep(one, { kind: 'accepted', state: 'done', at_ms: 0, payload: 'x'.repeat(3_000) });
    }
    running.running.add('request');
    traces.trim();
    expect([running, old, recent].map(({ steps }) => steps.length)).toEqual([1, 0, 1]);
    expect(old.leftOut).toBe(1);
  });

  it('bound the steps of one event', () => {
    const one = trace(1);
    for (let at = 0; at < 1_000; at++) addStep(one, { kind: 'posted', state: 'done', at_ms: at });
    expect(one.steps.length + one.leftOut).toBe(1_000);
    expect(one.steps.length).toBeLessThan(500);
  });
});

describe('a call of a batch', () => {
  const traces = createTraces();
  const [alice, bob] = [trace(10, { user_id: 'alice', title: 'A' }), trace(11, { user_id: 'bob', title: 'B' })];
  for (const one of [alice, bob]) traces.add(one);

  it('belongs to the event whose id it names', () => {
    expect(tracesOf(`{"id":"${uuid(11)}"}`, [alice, bob], traces)).toEqual([bob]);
  });

  it('belongs to the event of the user it names', () => {
    expect(tracesOf('{"pk":{"S":"USER#alice"}}', [alice, bob], traces)).toEqual([alice]);
    expect(tracesOf('{"pk":{"S":"USER#alicelong"}}', [alice, bob], traces)).toEqual([]);
  });

  it('belongs to nobody alone when it names none', () => {
    expect(tracesOf('{"pk":{"S":"OTHER"}}', [alice, bob], traces)).toEqual([]);
    expect(tracesOf('anything', [alice], traces)).toEqual([alice]);
  });

  it('of two events for one user, a stored item belongs to the one with its title, then to the one that waits', () => {
    const [first, second] = [trace(12, { user_id: 'x', title: 'Same' }), trace(13, { user_id: 'x', title: 'Same' })];
    expect(traceOfItem({ id: 'n1', title: 'Same' }, [first, second])).toBe(first);
    first.stored = 1;
    first.notificationIds.push('n1');
    expect(traceOfItem({ id: 'n2', title: 'Same' }, [first, second])).toBe(second);
    expect(traceOfItem({ id: 'n1', title: 'Same' }, [first, second])).toBe(first);
  });
});

describe('the facts of an event', () => {
  it('are read from anything, without throwing', () => {
    for (const detail of [
      {},
      { user_ids: 'x' },
      { requests: [1, null, {}] },
      { title: 5, deliver_at: 'never' },
      { user_ids: [1, {}] },
    ]) {
      expect(() => trace(1, detail as never)).not.toThrow();
    }
  });

  it('sum up several requests of one event', () => {
    const { facts } = trace(1, { requests: [{ user_id: 'a', title: 'First' }, { user_ids: ['b', 'c'] }] });
    expect(facts).toMatchObject({ title: '2 requests: First', userIds: ['a', 'b', 'c'], requests: 2 });
  });
});

it('a defect of the recording is logged and changes nothing else', () => {
  const lines: string[] = [];
  const broken = {
    called() {
      throw new Error('broken');
    },
  };
  safely(broken, (line) => lines.push(line)).called();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/history missed "called": Error: broken/);
});
