import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventBus } from '../../../local/events/event-bus.ts';
import { openKeptState } from '../../../local/kept-state.ts';
import { entry, orderParts } from './bus-parts.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-events-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Each is a start of the runtime on the same data. */
function start() {
  const kept = openKeptState(join(folder, 'kept.jsonl'), () => undefined);
  const parts = orderParts();
  return { parts, kept, bus: createEventBus({ ...parts, random: () => 0, kept }) };
}
const bodies = ({ parts }: ReturnType<typeof start>) => parts.messages('work').map(({ body }) => JSON.parse(body));

describe('an event that the bus accepted', () => {
  it('reaches its target after a restart, with its id and every digit, when the process was killed before it did', async () => {
    const killed = start();
    const { Entries } = killed.bus.putEvents([entry(undefined, { Detail: '{"price": 228.40}' })]);
    expect(bodies(killed)).toEqual([]);
    const again = start();
    await again.parts.activity.idle();
    expect(bodies(again)).toEqual([expect.objectContaining({ id: (Entries[0] as { EventId: string }).EventId })]);
    expect(again.parts.messages('work')[0]!.body).toContain('228.40');
  });

  it('is not kept once every target has it, or no rule wants it', async () => {
    const one = start();
    one.bus.putEvents([entry(), entry({}, { Source: 'elsewhere' })]);
    expect(one.kept.entries('event')).toHaveLength(1);
    await one.parts.activity.idle();
    expect(one.kept.entries('event')).toEqual([]);
  });

  it('is kept while its target fails, and no longer when it was given up', async () => {
    const one = start();
    one.parts.faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'throttle', times: 1 });
    one.bus.putEvents([entry()]);
    await one.parts.activity.idle();
    expect(one.kept.entries('event')).toHaveLength(1);
    await one.parts.clock.advance(5);
    expect(bodies(one)).toHaveLength(1);
    expect(one.kept.entries('event')).toEqual([]);
  });
});
