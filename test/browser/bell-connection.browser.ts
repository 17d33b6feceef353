// The bell while connections break, servers are away, tabs sleep and sessions end; in a real browser, in moved time.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { type BellPage, bellPage, moveTime, openBrowser } from './bell-page.ts';
import { hasChromium } from './chromium.ts';

const WITHIN = { timeout: 20_000, interval: 50 };
const MINUTE = 60;

describe.skipIf(!hasChromium)('<notification-bell>, when the connection ends', () => {
  let stack: StackUnderTest;
  let browser: Browser;
  let context: BrowserContext;
  let user: string;
  beforeAll(async () => {
    [stack, browser] = await Promise.all([stackUnderTest(), openBrowser()]);
  });
  beforeEach(async () => {
    user = newUser('alice');
    context = await browser.newContext({ viewport: { width: 1_000, height: 700 } });
  });
  afterEach(() => context.close());
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });

  const open = (options = {}) => bellPage(stack, context, { user, movesTime: true, ...options });
  const sockets = async () => (await stack.local.connections()).filter(({ user_id }) => user_id === user);
  const cut = async () => {
    for (const { id } of await sockets()) await stack.local.cut(id);
  };
  const away = (page: Page) => page.route('**/api/v2/**', (route) => route.abort('connectionrefused'));
  /** Lets the page's timers run until it is so. */
  const until = async (tab: BellPage, read: () => Promise<unknown>, wanted: unknown) => {
    await expect
      .poll(async () => {
        await tab.page.clock.runFor(500);
        return read();
      }, WITHIN)
      .toEqual(wanted);
  };
  const tickets = (page: Page) => {
    const asked: string[] = [];
    page.on('websocket', (socket) => asked.push(new URL(socket.url()).searchParams.get('ticket')!));
    return asked;
  };

  it('says so when the socket is cut, comes back with a new ticket, and shows what was missed once', async () => {
    const tab = await open();
    const used = tickets(tab.page);
    await tab.openPanel();
    await away(tab.page);
    await cut();
    await until(tab, async () => (await tab.status()).replace(/\d+/, 'N'), 'Offline. Trying again in N s');
    for (const title of ['One', 'Two']) await stack.notify({ user_id: user, title });
    await stack.local.settle();
    await tab.page.unroute('**/api/v2/**');
    await tab.page.getByRole('button', { name: 'Retry now' }).click();
    await until(tab, tab.status, 'Connected');
    await until(tab, tab.titles, ['Two', 'One']);
    expect(await tab.received()).toEqual(['One', 'Two']);
    // The panel is open: what came was seen.
    await until(tab, tab.badge, '');
    expect(new Set(used).size).toBe(used.length);
    expect(used.length).toBeGreaterThan(0);
  });

  it('polls while WebSockets are blocked, and shows what arrives', async () => {
    const network = await switchedSockets(context);
    const tab = await open();
    await tab.openPanel();
    network.isBlocked = true;
    await cut();
    await stack.notify({ user_id: user, title: 'Polled' });
    await stack.local.settle();
    await moveTime(stack, [tab.page], 120, { stepSeconds: 2 });
    await until(tab, tab.titles, ['Polled']);
    expect(await tab.received()).toEqual(['Polled']);
    expect((await tab.statuses()).slice(-4)).toContain('polling');
    await until(tab, tab.status, 'Offline. Checking every minute');
  });

  it('tries on while the server is away for three minutes, 30 s apart at most, and is there when it returns', async () => {
    const tab = await open();
    const attempts: number[] = [];
    tab.page.on('request', async (request) => {
      if (request.url().endsWith('/tickets')) attempts.push(await stack.local.now());
    });
    await away(tab.page);
    await cut();
    await moveTime(stack, [tab.page], 180, { stepSeconds: 2 });
    await tab.openPanel();
    expect(await tab.status()).toMatch(/^Offline\. Trying again in (\d|[12]\d|30) s$/);
    expect(attempts.length).toBeGreaterThan(6);
    await stack.notify({ user_id: user, title: 'Meanwhile' });
    await tab.page.unroute('**/api/v2/**');
    await moveTime(stack, [tab.page], 32, { stepSeconds: 2 });
    await until(tab, tab.status, 'Connected');
    await until(tab, tab.titles, ['Meanwhile']);
    expect(await tab.received()).toEqual(['Meanwhile']);
  });

  it('finds out on waking that its socket died while the tab was asleep', async () => {
    const network = await switchedSockets(context);
    const tab = await open();
    network.loseAll();
    await cut();
    await stack.notify({ user_id: user, title: 'While asleep' });
    await stack.local.advance(600);
    expect(await tab.statuses()).toEqual(['connecting', 'online']);
    // Timers that fell due meanwhile run once, as after closing and opening the lid.
    await tab.page.clock.fastForward(600_000);
    await moveTime(stack, [tab.page], 20, { stepSeconds: 2 });
    await until(tab, tab.received, ['While asleep']);
    await until(tab, tab.badge, '1');
    await until(tab, async () => (await sockets()).length, 1);
  });

  it('hands over before two hours are up: a steady stream arrives whole, once, without a word of it', async () => {
    const tab = await open({ random: 0.01 });
    const first = await sockets();
    const sent: string[] = [];
    const send = async () => {
      sent.push(`Number ${sent.length}`);
      // A type each: a crowd of one type is thinned out.
      await stack.notify({ user_id: user, title: sent.at(-1)!, notification_type: `type${sent.length}` });
    };
    await moveTime(stack, [tab.page], 100 * MINUTE, { stepSeconds: MINUTE, eachStep: send });
    // The successor is brought up in real time: time goes slowly for it.
    await moveTime(stack, [tab.page], 4 * MINUTE, { stepSeconds: 4, eachStep: send });
    expect(await sockets()).not.toEqual(first);
    await moveTime(stack, [tab.page], 20 * MINUTE, { stepSeconds: MINUTE, eachStep: send });
    await until(tab, async () => (await tab.received()).length, sent.length);
    expect([...(await tab.received())].sort()).toEqual([...sent].sort());
    expect(await tab.statuses()).toEqual(['connecting', 'online']);
    expect(await sockets()).toHaveLength(1);
  });

  it('empties the list and asks to sign in after the user logged out elsewhere', async () => {
    await stack.notify({ user_id: user, title: 'Private' });
    const tab = await open();
    await tab.openPanel();
    await until(tab, tab.titles, ['Private']);
    await stack.put([{ detail_type: 'user.logged_out', detail: { user_id: user } }]);
    await until(tab, tab.status, 'You are signed out. Sign in to see notifications.');
    expect(await tab.titles()).toEqual([]);
    expect(await tab.page.getByRole('button', { name: 'Retry now' }).count()).toBe(0);
    await moveTime(stack, [tab.page], 120, { stepSeconds: 30 });
    expect(await sockets()).toEqual([]);
  });

  it('goes on with a fresh token when the first one ends, and asks to sign in when there is none', async () => {
    const fresh = await open({ ttlSeconds: 300 });
    const stale = await bellPage(stack, context, {
      user: newUser('bob'),
      movesTime: true,
      ttlSeconds: 300,
      refreshes: false,
    });
    await moveTime(stack, [fresh.page, stale.page], 320, { stepSeconds: 20 });
    await stack.notify({ user_id: user, title: 'After an hour' });
    await until(fresh, fresh.badge, '1');
    await cut();
    for (const { id } of await stack.local.connections()) await stack.local.cut(id);
    await stale.openPanel();
    await until(stale, stale.status, 'You are signed out. Sign in to see notifications.');
  });
});

/**
 * Between page and runtime: sockets that are refused, and sockets that bring nothing any more without having been
 * closed.
 */
async function switchedSockets(context: BrowserContext): Promise<{ isBlocked: boolean; loseAll(): void }> {
  let lines: { isLost: boolean }[] = [];
  const network = {
    isBlocked: false,
    loseAll() {
      for (const line of lines) line.isLost = true;
      lines = [];
    },
  };
  await context.routeWebSocket(/\/v1\?/, (page) => {
    if (network.isBlocked) return page.close();
    const line = { isLost: false };
    lines.push(line);
    const server = page.connectToServer();
    page.onMessage((message) => line.isLost || server.send(message));
    server.onMessage((message) => line.isLost || page.send(message));
    server.onClose((code, reason) => line.isLost || page.close({ code, reason }));
    page.onClose(() => server.close());
  });
  return network;
}
