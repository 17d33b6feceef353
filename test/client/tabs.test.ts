// Several tabs of one user: one socket, one list, one sound; and each on its own where the browser can't share.
import { describe, expect, it } from 'vitest';
import { reporterOf } from '../../client/core/presence.ts';
import type { FakeTab } from './fake-browser.ts';
import { idAt, notification } from './fake-server.ts';
import { count, HOUR, MINUTE, SECOND, setup, titles } from './setup.ts';

async function withTabs(number: number, options = {}, browserOptions = {}) {
  const set = setup(options, browserOptions);
  const tabs: FakeTab[] = [set.tab];
  while (tabs.length < number) tabs.push(set.browser.openTab(options));
  const alerts: string[] = [];
  const seen: string[] = [];
  for (const [at, tab] of tabs.entries()) {
    tab.client.on('notification', ({ notification, alert }) => {
      seen.push(`${at} ${notification.title}`);
      if (alert) alerts.push(`${at} ${notification.title}`);
    });
    tab.client.start();
    await set.clock.advance(100);
  }
  await set.clock.advance(SECOND);
  const agree = () => {
    const [first, ...others] = tabs.map(({ client }) => client.getState());
    for (const other of others) {
      expect(other.notifications).toEqual(first!.notifications);
      expect(other.unreadCount).toBe(first!.unreadCount);
    }
  };
  return { ...set, tabs, alerts, seen, agree };
}

describe('three tabs', () => {
  it('share one socket and one list request', async () => {
    const { server, tabs, agree } = await withTabs(3);
    expect(server.sockets).toHaveLength(1);
    expect(count(server, 'POST /api/v2/tickets')).toBe(1);
    expect(count(server, 'GET ')).toBe(2);
    for (const { client } of tabs) expect(client.getState().connection.status).toBe('online');
    agree();
  });

  it('all show what arrives; one of them is to make a sound', async () => {
    const { server, clock, alerts, seen, agree } = await withTabs(3);
    server.add({ title: 'Hello' });
    await clock.advance(SECOND);
    agree();
    expect(seen).toEqual(['0 Hello', '1 Hello', '2 Hello']);
    expect(alerts).toEqual(['0 Hello']);
  });

  it('make no sound when the server chose another device', async () => {
    const { server, clock, alerts, seen } = await withTabs(2);
    const item = server.add({ title: 'Sound' });
    await clock.advance(SECOND);
    alerts.length = 0;
    server.post({ type: 'notification', notification: { ...item, id: item.id.replace(/.$/, 'f') }, alert: false });
    await clock.advance(SECOND);
    expect(seen).toHaveLength(4);
    expect(alerts).toEqual([]);
  });

  it('alerts later for one that it showed silently, in one tab and once, when the server says so', async () => {
    const { server, clock, alerts, tabs } = await withTabs(2, { presence: reporterOf(() => () => {}) });
    const later: string[] = [];
    for (const [at, tab] of tabs.entries())
      tab.client.on('alert', ({ notification }) => later.push(`${at} ${notification.title}`));
    const one = { ...notification(idAt(clock.now(), 4_000), new Date(clock.now()).toISOString()), title: 'One' };
    const two = { ...one, id: idAt(clock.now(), 4_001), title: 'Two' };
    for (const alert of [false, true, true]) server.post({ type: 'notification', notification: one, alert });
    for (const alert of [true, true]) server.post({ type: 'notification', notification: two, alert });
    await clock.advance(SECOND);
    expect([alerts, later]).toEqual([['0 Two'], ['0 One']]);
    server.post({
      type: 'notification',
      notification: { ...one, id: idAt(clock.now(), 5_000), is_read: true },
      alert: true,
    });
    await clock.advance(SECOND);
    expect(later).toHaveLength(1);
  });

  it('agree within a second after one marks as read', async () => {
    const { server, clock, tabs, agree } = await withTabs(3);
    const { id } = server.add();
    await clock.advance(SECOND);
    void tabs[2]!.client.markRead(id);
    await clock.advance(SECOND);
    expect(tabs[0]!.client.getState().notifications[0]!.is_read).toBe(true);
    agree();
  });

  it('agree while there is no socket too', async () => {
    const { server, clock, tabs, agree } = await withTabs(3);
    const { id } = server.add();
    await clock.advance(SECOND);
    server.blocksSockets = true;
    server.cut();
    await clock.advance(2 * SECOND);
    void tabs[2]!.client.remove(id);
    await clock.advance(SECOND);
    for (const { client } of tabs) expect(titles(client)).toEqual([]);
    server.add({ title: 'Polled' });
    await clock.advance(2 * MINUTE);
    for (const { client } of tabs) expect(titles(client)).toEqual(['Polled']);
    agree();
    expect(tabs.map(({ client }) => client.getState().connection.status)).toEqual(['polling', 'polling', 'polling']);
  });

  it('pass on the signals of topics, and subscribe to what any of them wants', async () => {
    const set = await withTabs(1, { topics: ['chat:1'] });
    const second = set.browser.openTab({ topics: ['chat:2'] });
    const events: unknown[] = [];
    second.client.on('event', (event) => events.push(event.topic));
    second.client.start();
    await set.clock.advance(SECOND);
    const asked = set.server.sockets[0]!.received.filter(({ action }) => action === 'subscribe');
    expect(asked.flatMap((frame) => frame.topics)).toEqual(['chat:1', 'chat:2']);
    set.server.post({ type: 'event', id: 'e', topic: 'chat:2', event_type: 'typing', payload: {} });
    await set.clock.advance(SECOND);
    expect(events).toEqual(['chat:2']);
  });

  it('reach the leader with retryNow', async () => {
    const { server, clock, tabs } = await withTabs(2, {}, { random: () => 0.99 });
    server.isUp = false;
    server.cut();
    await clock.advance(2 * MINUTE);
    server.isUp = true;
    expect(tabs[1]!.client.getState().connection.status).toBe('offline');
    tabs[1]!.client.retryNow();
    await clock.advance(SECOND);
    expect(tabs.map(({ client }) => client.getState().connection.status)).toEqual(['online', 'online']);
  });

  it('keep as many notifications as the longest list among them', async () => {
    const { server, clock, tabs, agree } = await withTabs(2, { size: 5 });
    for (let n = 0; n < 30; n++) server.add();
    await clock.advance(SECOND);
    void tabs[1]!.client.loadMore();
    await clock.advance(SECOND);
    expect(titles(tabs[1]!.client)).toHaveLength(30);
    server.cut();
    await clock.advance(10 * SECOND);
    expect(titles(tabs[1]!.client)).toHaveLength(30);
    agree();
  });
});

describe('the leader', () => {
  it.each(['crash', 'stop', 'pagehide'])(
    'is followed by another when it goes (%s), and nothing is lost',
    async (how) => {
      const { server, clock, tabs, alerts, seen } = await withTabs(3);
      if (how === 'crash') tabs[0]!.crash();
      else if (how === 'stop') tabs[0]!.client.stop();
      else tabs[0]!.page('pagehide');
      server.add({ title: 'Meanwhile' });
      await clock.advance(5 * SECOND);
      expect(server.openSockets()).toHaveLength(1);
      expect(seen.filter((one) => !one.startsWith('0')).sort()).toEqual(['1 Meanwhile', '2 Meanwhile']);
      expect(alerts).toHaveLength(1);
    },
  );

  it('is replaced when the browser froze it, and follows when it wakes up', async () => {
    const { server, clock, tabs, alerts, agree } = await withTabs(3);
    tabs[0]!.setFrozen(true);
    await clock.advance(MINUTE);
    tabs[1]!.page('visible');
    await clock.advance(5 * SECOND);
    expect(tabs[1]!.client.getState().connection.status).toBe('online');
    server.add({ title: 'While frozen' });
    await clock.advance(SECOND);
    expect(alerts).toEqual(['1 While frozen']);
    tabs[0]!.setFrozen(false);
    await clock.advance(SECOND);
    expect(server.openSockets()).toHaveLength(1);
    agree();
    server.add({ title: 'After' });
    await clock.advance(SECOND);
    expect(alerts.filter((one) => one.endsWith('After'))).toEqual(['1 After']);
    agree();
  });

  it('that is hidden keeps the socket while another tab is visible', async () => {
    const { server, clock, tabs } = await withTabs(2, { closeHiddenAfterSeconds: 60 });
    tabs[0]!.page('hidden');
    await clock.advance(HOUR);
    expect(server.openSockets()).toHaveLength(1);
    tabs[1]!.page('hidden');
    await clock.advance(2 * MINUTE);
    expect(server.openSockets()).toHaveLength(0);
    expect(tabs[1]!.client.getState().connection).toMatchObject({ status: 'polling', reason: 'hidden' });
    tabs[1]!.page('visible');
    await clock.advance(SECOND);
    expect(server.openSockets()).toHaveLength(1);
    expect(tabs[1]!.client.getState().connection.status).toBe('online');
  });
});

describe('tabs that do not share', () => {
  it.each([
    ['the browser has no locks', {}, { hasLocks: false }],
    ['the browser refuses locks', {}, { refusesLocks: true }],
    ['shareTabs is false', { shareTabs: false }, {}],
    ['nobody knows whose they are', { getToken: () => 'opaque' }, {}],
  ])('have a socket each: %s', async (_, options, browserOptions) => {
    const { server, clock, agree } = await withTabs(3, options, browserOptions);
    expect(server.openSockets()).toHaveLength(3);
    server.add();
    await clock.advance(SECOND);
    agree();
  });

  it('are those of one user in two organisations, by orgId or by the token', async () => {
    const tokenOf = (claims: object) => () => `e30.${btoa(JSON.stringify({ sub: 'alice', ...claims }))}.`;
    for (const [one, two] of [
      [{ orgId: 'acme', getToken: tokenOf({ org_id: 'acme' }) }, { getToken: tokenOf({}) }],
      [{ getToken: tokenOf({ org_id: 'acme' }) }, { getToken: tokenOf({ org_id: 'globex' }) }],
      [
        { userId: 'alice', getToken: tokenOf({ org_id: 'acme' }) },
        { userId: 'alice', getToken: tokenOf({ org_id: 'globex' }) },
      ],
    ]) {
      const { server, clock, browser, online } = setup(one);
      await online();
      browser.openTab(two).client.start();
      await clock.advance(SECOND);
      expect(server.openSockets()).toHaveLength(2);
    }
  });

  it('are those of two users', async () => {
    const { server, clock, browser, online } = setup({ userId: 'alice' });
    await online();
    const other = browser.openTab({ userId: 'bob' });
    other.client.start();
    await clock.advance(5 * SECOND);
    expect(server.openSockets()).toHaveLength(2);
  });
});
