// What users of the bell see, in a real browser against the real runtime.
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { bellPage, openBrowser, PHONE } from './bell-page.ts';
import { hasChromium } from './chromium.ts';
import { sample } from './pages/samples.ts';

const WITHIN = { timeout: 20_000, interval: 50 };
const BURST = 500;

describe.skipIf(!hasChromium)('<notification-bell>', () => {
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
  const open = (options = {}) => bellPage(stack, context, { user, ...options });

  it('shows a friend request of another user in badge, toast and panel without a reload', async () => {
    const tab = await open();
    expect(await tab.badge()).toBe('');
    await tab.openPanel();
    await tab.page.getByText('No notifications yet').waitFor();
    await tab.page.keyboard.press('Escape');
    await stack.notify({
      user_id: user,
      notification_type: 'friend_request',
      title: 'Emma wants to be your friend',
      message: 'You have 4 friends in common.',
      payload: { url: '/friends/emma' },
    });
    await tab.page.locator('.toast', { hasText: 'Emma wants to be your friend' }).waitFor();
    await expect.poll(tab.badge, WITHIN).toBe('1');
    await tab.openPanel();
    expect(await tab.titles()).toEqual(['Emma wants to be your friend']);
    expect(await tab.status()).toBe('Connected');
    expect(await tab.page.locator('.item a').getAttribute('href')).toBe(`${stack.outputs.http_url}/friends/emma`);
    expect(await tab.received()).toEqual(['Emma wants to be your friend']);
    expect(tab.faults).toEqual([]);
  });

  it('agrees within a second in two tabs and on another device after "Mark as read"', async () => {
    const device = await browser.newContext();
    const properties = { badge: 'unread' };
    const [first, second] = [await open({ properties }), await open({ properties })];
    const third = await bellPage(stack, device, { user, properties });
    for (const title of ['One', 'Two']) await stack.notify({ user_id: user, title });
    for (const tab of [first, second, third]) await expect.poll(tab.badge, WITHIN).toBe('2');
    for (const tab of [first, second, third]) await tab.openPanel();
    // By the pages' own clocks, which are one: what the test itself takes to look does not count.
    const agreedAtMs = [first, second, third].map(({ page }) =>
      page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            addEventListener('notifications:changed', ({ detail }: any) => {
              const unread = detail.notifications.filter((one: any) => !one.is_read);
              if (detail.unreadCount === 1 && unread.length === 1 && unread[0].title === 'Two') resolve(Date.now());
            });
          }),
      ),
    );
    const marker = first.page.getByRole('button', { name: /Mark as read: .One/ });
    const markedAtMs = marker.evaluate(
      (button) => new Promise<number>((resolve) => button.addEventListener('click', () => resolve(Date.now()))),
    );
    await marker.click();
    // Some 100 ms where the machine has nothing else to do; polling would take 30 s.
    for (const at of agreedAtMs) expect((await at) - (await markedAtMs)).toBeLessThan(5_000);
    for (const tab of [first, second, third]) {
      await expect.poll(tab.badge, WITHIN).toBe('1');
      expect(await tab.page.locator('.item.unread .title bdi').allInnerTexts()).toEqual(['Two']);
    }
    await device.close();
  });

  it('counts what is new: opening the panel in one tab takes the badge away on every device, and nothing is read', async () => {
    const device = await browser.newContext();
    const [tab, other] = [await open(), await bellPage(stack, device, { user })];
    for (const title of ['One', 'Two']) await stack.notify({ user_id: user, title });
    for (const { badge } of [tab, other]) await expect.poll(badge, WITHIN).toBe('2');
    await tab.openPanel();
    for (const { badge } of [tab, other]) await expect.poll(badge, WITHIN).toBe('');
    expect(await tab.page.locator('.item.unread').count()).toBe(2);
    // While the panel is open, and once it is closed: seen as well.
    await stack.notify({ user_id: user, title: 'Three' });
    await expect.poll(other.badge, WITHIN).toBe('1');
    await expect.poll(tab.received, WITHIN).toContain('Three');
    expect(await tab.badge()).toBe('');
    await tab.page.keyboard.press('Escape');
    await expect.poll(other.badge, WITHIN).toBe('');
    await stack.notify({ user_id: user, title: 'Four' });
    await expect.poll(tab.badge, WITHIN).toBe('1');
    await tab.page.getByRole('button', { name: 'Notifications, 4 unread, 1 new' }).waitFor();
    await device.close();
  });

  it('removes with "Undo", by keyboard alone, and returns the focus to the bell', async () => {
    for (const title of ['One', 'Two', 'Three']) await stack.notify({ user_id: user, title });
    const { page, titles, badge } = await open({ properties: { badge: 'unread' } });
    await expect.poll(badge, WITHIN).toBe('3');
    const focused = () =>
      page.evaluate(() => document.querySelector('notification-bell')!.shadowRoot!.activeElement!.textContent!.trim());
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(focused, WITHIN).toMatch(/^Three/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Delete');
    await expect.poll(titles, WITHIN).toEqual(['Three', 'One']);
    await expect.poll(focused, WITHIN).toMatch(/Undo \(\d s\)/);
    await page.keyboard.press('z');
    await expect.poll(titles, WITHIN).toEqual(['Three', 'Two', 'One']);
    await page.keyboard.press('End');
    await page.keyboard.press('r');
    await expect.poll(badge, WITHIN).toBe('2');
    await page.keyboard.press('ArrowRight');
    await expect.poll(titles, WITHIN).toEqual(['Three', 'Two']);
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('2');
  });

  it('clears all with "Undo", and for good once the time for it is over', async () => {
    for (const title of ['One', 'Two']) await stack.notify({ user_id: user, title });
    const tab = await open();
    await tab.openPanel();
    await expect.poll(tab.titles, WITHIN).toEqual(['Two', 'One']);
    await tab.page.getByRole('button', { name: 'Clear all' }).click();
    await tab.page.getByText('2 notifications cleared').waitFor();
    await tab.page.getByRole('button', { name: /Undo/ }).click();
    await expect.poll(tab.titles, WITHIN).toEqual(['Two', 'One']);
    await tab.page.getByRole('button', { name: 'Clear all' }).click();
    await tab.page.getByText('No notifications yet').waitFor();
    const stored = async () => (await stack.as(user, 'GET', '/api/v2/notifications')).body.notifications;
    await expect.poll(stored, WITHIN).toEqual([]);
  });

  it('lists what a digest groups, claims for its user, and snoozes until tomorrow', async () => {
    const tab = await open();
    const digest = { key: 'builds', window_seconds: 60, title: '{count} builds passed', message: 'All is well.' };
    for (const title of ['Build 1', 'Build 2']) await stack.notify({ user_id: user, title, digest });
    await stack.settle();
    await stack.pass(61);
    const claim = { expires_seconds: 900 };
    await stack.notify({ user_ids: [user, newUser('bob')], title: 'Call the customer', claim });
    await expect.poll(tab.received, WITHIN).toEqual(['2 builds passed', 'Call the customer']);
    await tab.openPanel();
    const lines = async () => (await tab.page.locator('.digest li').allInnerTexts()).sort();
    await expect.poll(lines, WITHIN).toEqual(['Build 1', 'Build 2']);
    await tab.page.getByRole('button', { name: /^Claim: .*customer/ }).press('Enter');
    await tab.page.getByText('Claimed by you').waitFor();
    await tab.page.getByLabel(/^Snooze: .*2 builds/).selectOption('Tomorrow 9:00');
    await tab.page.getByText('Snoozed', { exact: true }).waitFor();
    await expect.poll(tab.titles, WITHIN).toEqual(['Call the customer']);
    expect(tab.faults).toEqual([]);
  });

  it('says it in the language of the page', async () => {
    const { page, openPanel } = await open({ lang: 'de-AT' });
    await stack.notify({ user_id: user, title: 'One' });
    await page.getByRole('button', { name: 'Mitteilungen, 1 ungelesen' }).waitFor();
    await openPanel();
    for (const text of ['Alle als gelesen markieren', 'Verbunden', 'Alle löschen', 'jetzt']) {
      await page.getByText(text, { exact: true }).waitFor();
    }
  });

  it('lets the page follow a link in its own way, and reads the notification', async () => {
    const { page, badge, openPanel } = await open();
    await page.evaluate(() =>
      addEventListener('notification:click', (event) => {
        event.preventDefault();
        document.title = (event as CustomEvent).detail.link;
      }),
    );
    await stack.notify({ user_id: user, title: 'A build', payload: { link: '/builds/7' } });
    await expect.poll(badge, WITHIN).toBe('1');
    await openPanel();
    await page.locator('.item .title').click();
    await expect.poll(badge, WITHIN).toBe('');
    expect(await page.title()).toBe(`${stack.outputs.http_url}/builds/7`);
    expect(page.url()).toContain('/test-page');
  });

  it('stays responsive and complete while 500 notifications arrive in a burst', async () => {
    const gateway = new ApiGatewayManagementApiClient({
      endpoint: stack.outputs.ws_url!.replace(/^ws/, 'http'),
      region: stack.outputs.region!,
      credentials: {
        accessKeyId: stack.outputs.aws_access_key_id!,
        secretAccessKey: stack.outputs.aws_secret_access_key!,
      },
    });
    const tab = await open({ properties: { badge: 'unread' } });
    await tab.openPanel();
    // How often the bell draws: its changes between two frames of the display come as one record list.
    await tab.page.evaluate(() => {
      const page = globalThis as any;
      Object.assign(page, { frames: 0, drawn: 0 });
      const count = () => {
        page.frames++;
        page.requestAnimationFrame(count);
      };
      page.requestAnimationFrame(count);
      const observer = new page.MutationObserver(() => page.drawn++);
      observer.observe(page.document.querySelector('notification-bell').shadowRoot.querySelector('#list'), {
        childList: true,
        subtree: true,
      });
    });
    // Faster than the stack sends them: straight to the socket.
    const [connection] = (await stack.local.connections()).filter(({ user_id }) => user_id === user);
    const post = (index: number) => {
      const notification = sample({ minutesAgo: -index, title: `Burst ${index}` }, index);
      const frame = { type: 'notification', notification, unread_count: Math.min(index + 1, 100) };
      return gateway.send(new PostToConnectionCommand({ ConnectionId: connection!.id, Data: JSON.stringify(frame) }));
    };
    for (let index = 0; index < BURST; index += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, place) => post(index + place)));
    }
    await expect.poll(async () => (await tab.received()).length, { timeout: 20_000 }).toBe(BURST);
    await expect.poll(tab.badge, WITHIN).toBe('99+');
    expect(new Set(await tab.received()).size).toBe(BURST);
    // What keeps the page responsive on any machine: one drawing a frame at most, of a bounded number of rows.
    const { frames, drawn } = await tab.page.evaluate(() => {
      const page = globalThis as any;
      return { frames: page.frames as number, drawn: page.drawn as number };
    });
    expect(drawn).toBeGreaterThan(0);
    expect(drawn).toBeLessThanOrEqual(frames);
    expect(await tab.page.locator('.item').count()).toBe(50);
    expect(tab.faults).toEqual([]);
  });

  it('fits 390 px as a sheet, without scrolling sideways', async () => {
    const phone = await browser.newContext(PHONE);
    const word = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikantenverband'.repeat(3);
    await stack.notify({ user_id: user, title: word, message: word, payload: { url: '/x' } });
    for (const lang of ['en', 'de', 'fr']) {
      const { page, openPanel, titles } = await bellPage(stack, phone, { user, lang });
      await openPanel();
      await expect.poll(titles, WITHIN).toEqual([word]);
      const overflowing = await page.evaluate(() => {
        const root = document.querySelector('notification-bell')!.shadowRoot!;
        const all = [document.documentElement, ...root.querySelectorAll<HTMLElement>('dialog, dialog *:not(.vh)')];
        const isWide = (one: HTMLElement) =>
          one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && getComputedStyle(one).overflowX !== 'visible';
        return all
          .filter((one) => isWide(one) || one.getBoundingClientRect().right > innerWidth + 1)
          .map((one) => one.outerHTML.slice(0, 80));
      });
      expect(overflowing).toEqual([]);
      await page.close();
    }
    await phone.close();
  });
});
