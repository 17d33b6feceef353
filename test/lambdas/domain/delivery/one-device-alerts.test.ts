// Of several pages, the one that a person used last is told to make a sound.
import { beforeEach, describe, expect, it } from 'vitest';
import { type Client, type FunctionsInMemory, functionsInMemory } from '../../../support/functions-in-memory.ts';

let system: FunctionsInMemory;
beforeEach(() => {
  system = functionsInMemory();
});

const pages = (count: number) => Promise.all(Array.from({ length: count }, () => system.connect('alice')));
async function report(page: Client, state: 'active' | 'idle'): Promise<void> {
  system.clock.ms += 1_000;
  await page.send({ action: 'presence', state });
}
const alerts = (clients: Client[]) =>
  clients.map(({ frames }) => frames.flatMap((frame) => (frame.type === 'notification' ? [frame.alert] : [])));

describe('a notification', () => {
  it('says nothing of sounds where no page reports', async () => {
    const open = await pages(2);
    await system.notify({ user_id: 'alice' });
    expect(alerts(open)).toEqual([[undefined], [undefined]]);
  });

  it('alerts the page that became active last', async () => {
    const open = await pages(3);
    await report(open[0]!, 'active');
    await report(open[2]!, 'active');
    await report(open[1]!, 'idle');
    await system.notify({ user_id: 'alice' });
    expect(alerts(open)).toEqual([[false], [false], [true]]);
  });

  it('alerts the one that is left when the person has gone from the other', async () => {
    const open = await pages(2);
    await report(open[0]!, 'active');
    await report(open[1]!, 'active');
    await report(open[1]!, 'idle');
    await system.notify({ user_id: 'alice' });
    expect(alerts(open)).toEqual([[true], [false]]);
  });

  it('alerts the others when that page is closed without a notice', async () => {
    const open = await pages(3);
    await report(open[0]!, 'active');
    system.clock.ms += 60_000;
    system.memory.sockets.close(open[0]!.id);
    await system.notify({ user_id: 'alice' });
    expect(alerts(open)).toEqual([[], [true], [true]]);
  });

  it('alerts one of very many', async () => {
    const open = await pages(30);
    await report(open[3]!, 'active');
    await system.notify({ user_id: 'alice' });
    const all = alerts(open).flat();
    expect([all.length, all.filter((alert) => alert === true).length]).toEqual([30, 1]);
    expect(alerts([open[3]!])).toEqual([[true]]);
  });
});
