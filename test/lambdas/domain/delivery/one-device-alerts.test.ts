// Of several pages, the one that a person used last is asked to make a sound; where nobody sees it there, the others
// are, and then the phone.
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

describe('an alert, ten seconds later', () => {
  const phone = async () => {
    const registered = system.memory.sns.phone('phone');
    await system.as('alice', 'POST', '/api/v2/devices', { platform: 'fcm', token: 'phone' });
    return registered;
  };
  const ids = ({ frames }: Client) =>
    frames.flatMap((frame) => (frame.type === 'notification' ? [frame.notification.id] : []));
  /** Two tabs, of which the first is used, and a phone. */
  async function twoTabsAndAPhone() {
    const [used, other] = await pages(2);
    await report(other!, 'idle');
    await report(used!, 'active');
    const registered = await phone();
    const seen = () => [alerts([used!]).flat(), alerts([other!]).flat(), registered.pushes.length];
    return { used: used!, other: other!, registered, seen };
  }

  it('goes to the other tab where nobody saw it, and ten seconds later to the phone, once', async () => {
    const { seen, used, other } = await twoTabsAndAPhone();
    await system.notify({ user_id: 'alice' });
    expect(seen()).toEqual([[true], [false], 0]);
    await system.advance(9);
    expect(seen()).toEqual([[true], [false], 0]);
    await system.advance(2);
    expect(seen()).toEqual([[true], [false, true], 0]);
    expect(new Set([...ids(used), ...ids(other)]).size).toBe(1);
    await system.advance(8);
    expect(seen()).toEqual([[true], [false, true], 0]);
    await system.advance(2);
    expect(seen()).toEqual([[true], [false, true], 1]);
    await system.advance(600);
    expect(seen()).toEqual([[true], [false, true], 1]);
    expect(system.memory.queues.dispatch.all()).toEqual([]);
  });

  it.each([1, 11])('goes no further once it was shown, %i s after it came', async (seconds) => {
    const { seen, used, other } = await twoTabsAndAPhone();
    await system.notify({ user_id: 'alice' });
    await system.advance(seconds);
    const before = seen();
    const page = seconds > 10 ? other : used;
    expect(page.frames.at(-1)).toMatchObject({ alert: true, confirm_shown: true });
    expect(await page.send({ action: 'shown', notification_ids: ids(page) })).toBeUndefined();
    await system.advance(60);
    expect(seen()).toEqual(before);
  });

  it.each(['read', 'remove', 'come'])('goes no further once its user did this at any page: %s', async (what) => {
    const { seen, used, other } = await twoTabsAndAPhone();
    await system.notify({ user_id: 'alice' });
    const path = `/api/v2/notifications/${ids(used)[0]}`;
    if (what === 'read') await system.as('alice', 'PUT', `${path}/read`);
    else if (what === 'remove') await system.as('alice', 'DELETE', path);
    else await report(other, 'active');
    await system.advance(60);
    expect(seen()).toEqual([[true], [false], 0]);
  });

  it('is a push where the only page was left', async () => {
    const [page] = await pages(1);
    await report(page!, 'active');
    await report(page!, 'idle');
    const { pushes } = await phone();
    await system.notify({ user_id: 'alice' });
    expect([alerts([page!]), pushes.length]).toEqual([[[true]], 0]);
    await system.advance(11);
    expect([alerts([page!]), pushes.length]).toEqual([[[true]], 1]);
  });

  it('is a push where the page that reported ceased to, as that of a machine that sleeps', async () => {
    const [page] = await pages(1);
    await report(page!, 'active');
    const { pushes } = await phone();
    await system.advance(301);
    const { body } = await system.call('GET', '/internal/users/alice/presence');
    expect(body).toMatchObject({ is_online: true, is_present: false });
    await system.notify({ user_id: 'alice' });
    await system.advance(11);
    expect(pushes).toHaveLength(1);
  });

  it('is held by quiet hours, as any push', async () => {
    const { seen, used } = await twoTabsAndAPhone();
    const quiet_hours = { start: '06:00', end: '08:00', time_zone: 'UTC' };
    await system.as('alice', 'PUT', '/api/v2/preferences', { quiet_hours });
    await system.notify({ user_id: 'alice' });
    await system.advance(60);
    expect(seen()[2]).toBe(0);
    await system.as('alice', 'PUT', `/api/v2/notifications/${ids(used)[0]}/read`);
    await system.advance(3_600);
    expect(seen()[2]).toBe(0);
  });

  it('has nobody to go to where there is one page and no phone, so nothing is asked and nothing waits', async () => {
    const [page] = await pages(1);
    await report(page!, 'active');
    await system.notify({ user_id: 'alice' });
    expect(page!.frames.at(-1)).not.toHaveProperty('confirm_shown');
    expect(system.memory.queues.dispatch.all()).toEqual([]);
  });

  it.each([{ priority: 'critical' }, { requires_ack: true }] as const)(
    'is left to what does as much already: %o',
    async (request) => {
      const { used } = await twoTabsAndAPhone();
      await system.notify({ user_id: 'alice', ...request });
      expect(used.frames.at(-1)).not.toHaveProperty('confirm_shown');
      const waiting = system.memory.queues.dispatch.all().filter(({ body }) => body.includes('alert_check'));
      expect(waiting).toEqual([]);
    },
  );

  it('asks nothing and waits for nothing where no page reports presence', async () => {
    await pages(2);
    const { pushes } = await phone();
    await system.notify({ user_id: 'alice' });
    expect(system.memory.queues.dispatch.all()).toEqual([]);
    await system.advance(60);
    expect(pushes).toEqual([]);
  });

  it('is pushed once though checks come twice', async () => {
    const { seen, used } = await twoTabsAndAPhone();
    await system.notify({ user_id: 'alice' });
    const check = { task: 'alert_check', user_id: 'alice', notification_id: ids(used)[0] };
    for (let copies = 0; copies < 2; copies++) system.memory.queues.dispatch.send(JSON.stringify(check));
    await system.run();
    await system.advance(60);
    expect(seen()[2]).toBe(1);
  });
});
