// How the bell looks in every state, to assistive technology too, and with hostile texts, in a real browser.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Notification } from '../../client/core/notifications-client.ts';
import { openBrowser, PHONE } from './bell-page.ts';
import { hasChromium } from './chromium.ts';
import { SAMPLES, sample } from './pages/samples.ts';
import { ONLINE } from './pages/scripted-client.ts';
import { STATES, statesPage } from './states-page.ts';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Titles and messages that break out where text is taken for markup, and links that run something. */
const HOSTILE_TEXTS = [
  '<script>globalThis.hit = 1</script>',
  '<img src=x onerror="globalThis.hit = 1">',
  '"><svg onload="globalThis.hit = 1">',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a text, and stays one.
  '{{constructor.constructor("hit = 1")()}} ${globalThis.hit = 1} <!--?lit$1$-->',
  "$& $1 $` $' {n} {title} %s",
  '\u202Egnp.exe \u2066\u2066 \u200F مرحبا',
  'e\u0301'.repeat(80) + '\u0300'.repeat(60),
];
const HOSTILE_LINKS = [
  'javascript:globalThis.hit=1',
  ' javascript:globalThis.hit=1',
  'java\nscript:globalThis.hit=1',
  'JAVASCRIPT:globalThis.hit=1',
  'data:text/html,<script>globalThis.hit=1</script>',
  'vbscript:hit',
  'file:///etc/passwd',
  'blob:http://ledger.localhost/1',
  'http://[',
  '',
];

describe.skipIf(!hasChromium)('<notification-bell>, state by state', () => {
  let browser: Browser;
  let context: BrowserContext;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 900, height: 640 } });
  });
  afterEach(() => context.close());
  afterAll(() => browser?.close());

  const openPanel = async (page: Page) => {
    await page.locator('notification-bell .bell').click();
    await page.locator('notification-bell .foot').waitFor();
  };
  const emit = (page: Page, notification: Notification) =>
    page.evaluate((arrived) => {
      (globalThis as any).client.emit('notification', { notification: arrived, alert: true, source: 'socket' });
    }, notification);

  it.each(['light', 'dark'] as const)('has no violation that axe finds in any state, %s', async (theme) => {
    const page = await statesPage(context, { theme });
    // A colour is measured while nothing moves.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.evaluate(axeSource);
    const violations = async () => {
      await page.clock.runFor(1_000);
      const { violations: found } = await page.evaluate(() => (globalThis as any).axe.run() as Promise<AxeResults>);
      return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`);
    };
    const set = (state: unknown) =>
      page.evaluate(
        (to) => (globalThis as any).client.set({ ...(globalThis as any).ONLINE, ...(to as object) }),
        state,
      );
    for (const one of SAMPLES.slice(0, 3)) await emit(page, one);
    await emit(page, { ...SAMPLES[0]!, id: 'critical', priority: 'critical' });
    expect([theme, 'toasts', await violations()]).toEqual([theme, 'toasts', []]);
    await openPanel(page);
    for (const [name, state] of Object.entries(STATES)) {
      await set(state);
      expect([theme, name, await violations()]).toEqual([theme, name, []]);
    }
    await set(STATES.list);
    await page.locator('.item').first().hover();
    await page.locator('.remove').first().click();
    expect([theme, 'removed', await violations()]).toEqual([theme, 'removed', []]);
    await page.getByRole('button', { name: 'Notification settings' }).click();
    expect([theme, 'settings', await violations()]).toEqual([theme, 'settings', []]);
  });

  it('shows hostile texts as they are, and follows no hostile link', async () => {
    const notifications = [...HOSTILE_TEXTS, ...HOSTILE_LINKS].map((text, index) =>
      sample({ minutesAgo: index, title: text || 'empty', message: text, payload: { url: text, link: text } }, index),
    );
    const page = await statesPage(context, { state: { notifications, unreadCount: notifications.length } });
    for (const one of notifications) await emit(page, one);
    await openPanel(page);
    const bell = page.locator('notification-bell');
    expect(await bell.locator('.item .title bdi').evaluateAll((all) => all.map((one) => one.textContent))).toEqual(
      notifications.map(({ title }) => title),
    );
    const hrefs = await bell.locator('.item a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(hrefs.filter((href) => !href!.startsWith('http://ledger.localhost/'))).toEqual([]);
    const withoutLink = bell.locator('.item button.title');
    for (let index = (await withoutLink.count()) - 1; index >= 0; index--) await withoutLink.nth(index).click();
    expect(await bell.locator('script, img, .item svg svg').count()).toBe(0);
    expect(await page.evaluate(() => (globalThis as any).hit)).toBeUndefined();
  });

  it('keeps the direction of a title from turning the words beside it', async () => {
    const notifications = [sample({ minutesAgo: 5, title: '\u202Eevil', message: '\u202Etxt' })];
    const page = await statesPage(context, { state: { notifications, unreadCount: 1 } });
    await openPanel(page);
    const { time, label } = await page.evaluate(() => {
      const root = document.querySelector('notification-bell')!.shadowRoot!;
      return {
        time: root.querySelector('time')!.textContent,
        label: root.querySelector('.remove')!.getAttribute('aria-label'),
      };
    });
    expect(time).toBe('5m ago');
    expect(label).toBe('Remove: \u2068\u202Eevil\u2069');
    expect(
      await page.locator('.item bdi').evaluateAll((all) => all.map((one) => getComputedStyle(one).unicodeBidi)),
    ).toEqual(['isolate', 'isolate']);
  });

  it('says after three seconds that it is offline, counts down, and offers "Retry now"', async () => {
    const page = await statesPage(context);
    const bell = page.locator('notification-bell');
    await page.evaluate((offline) => (globalThis as any).client.set(offline), STATES.offline!);
    await page.clock.runFor(2_000);
    expect(await bell.locator('.lost').count()).toBe(0);
    await page.clock.runFor(1_500);
    await page.getByRole('button', { name: 'Notifications, 3 unread, offline' }).waitFor();
    await openPanel(page);
    const words = () => bell.locator('.foot .state').innerText();
    const seconds = async () => Number(/^Offline\. Trying again in (\d+) s$/.exec(await words())?.[1]);
    const before = await seconds();
    await page.clock.runFor(3_000);
    expect(before - (await seconds())).toBeGreaterThanOrEqual(2);
    expect(await bell.getByRole('button', { name: 'Retry now' }).count()).toBe(1);
    await page.evaluate((state) => (globalThis as any).client.set(state), STATES['signed-out']!);
    await page.clock.runFor(100);
    expect(await words()).toBe('You are signed out. Sign in to see notifications.');
    expect(await bell.getByRole('button', { name: 'Retry now' }).count()).toBe(0);
  });

  it('keeps the focus in the panel when what has it goes away', async () => {
    const page = await statesPage(context, { state: STATES.offline! });
    const set = (to: unknown) => page.evaluate((state) => (globalThis as any).client.set(state), to);
    const focused = () =>
      page.evaluate(() => document.querySelector('notification-bell')!.shadowRoot!.activeElement?.textContent?.trim());
    await openPanel(page);
    await page.getByRole('button', { name: 'Retry now' }).focus();
    await set({ connection: ONLINE.connection });
    await page.clock.runFor(100);
    expect(await focused()).toBe('All');
    await page.locator('.item .title').last().focus();
    await set({ notifications: SAMPLES.slice(0, 2) });
    await page.clock.runFor(100);
    expect(await focused()).toMatch(/^Emma/);
  });

  it('shows three toasts for six seconds, counts the others, and keeps a critical one', async () => {
    const page = await statesPage(context);
    const toasts = page.locator('notification-bell .toast');
    for (const [index, one] of SAMPLES.entries()) await emit(page, { ...one, id: `${index}`, is_read: false });
    await page.clock.runFor(100);
    expect(await toasts.count()).toBe(3);
    expect(await toasts.last().innerText()).toContain('4 more notifications arrived.');
    await emit(page, { ...SAMPLES[0]!, id: 'critical', priority: 'critical', title: 'Margin call' });
    await toasts.nth(1).hover();
    await page.clock.runFor(20_000);
    expect(await toasts.count()).toBe(3);
    await page.mouse.move(10, 500);
    await page.clock.runFor(7_000);
    expect(await toasts.locator('bdi').first().innerText()).toBe('Margin call');
    expect(await toasts.count()).toBe(1);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.clock.runFor(100);
    expect(await toasts.count()).toBe(0);
  });

  it('speaks of new notifications once in two seconds at most', async () => {
    const page = await statesPage(context);
    const spoken = () => page.locator('notification-bell [role=status].vh').textContent();
    const plain = async () => (await spoken())!.replace(/[\u2068\u2069]/g, '');
    await emit(page, SAMPLES[0]!);
    await page.clock.runFor(100);
    expect(await plain()).toBe('New notification: Trade confirmed');
    for (const one of SAMPLES.slice(1, 4)) await emit(page, one);
    await page.clock.runFor(1_000);
    expect(await plain()).toBe('New notification: Trade confirmed');
    await page.clock.runFor(1_500);
    expect(await plain()).toBe('3 new notifications');
  });

  it('moves no row while the list is hovered: what is new waits above', async () => {
    const page = await statesPage(context);
    await openPanel(page);
    const bell = page.locator('notification-bell');
    const titles = () => bell.locator('.item .title bdi').allInnerTexts();
    const before = await titles();
    await bell.locator('.item').nth(1).hover();
    const add = (fresh: Notification) =>
      page.evaluate((one) => {
        const { client } = globalThis as any;
        client.set({ notifications: [one, ...client.getState().notifications] });
      }, fresh);
    await add(sample({ minutesAgo: -1, title: 'Newer' }));
    await add(sample({ minutesAgo: -2, title: 'Newest' }));
    await page.clock.runFor(100);
    expect(await titles()).toEqual(before);
    await bell.getByRole('button', { name: '2 new' }).click();
    await page.clock.runFor(100);
    expect(await titles()).toEqual(['Newest', 'Newer', ...before]);
  });

  it('keeps in "Unread" what is read there, until the tab is opened again', async () => {
    const page = await statesPage(context);
    await openPanel(page);
    const bell = page.locator('notification-bell');
    const titles = () => bell.locator('.item .title bdi').allInnerTexts();
    await bell.getByRole('tab', { name: /Unread/ }).click();
    expect(await titles()).toHaveLength(3);
    await bell.locator('.marker').first().click();
    await page.clock.runFor(100);
    expect(await titles()).toHaveLength(3);
    await bell.getByRole('tab', { name: 'All' }).click();
    await bell.getByRole('tab', { name: /Unread/ }).click();
    await page.clock.runFor(100);
    expect(await titles()).toHaveLength(2);
  });

  it('asks for desktop notifications on a click only, and shows one while the page has no focus', async () => {
    await context.grantPermissions(['notifications']);
    const page = await statesPage(context);
    await page.evaluate(() => {
      const shown: unknown[] = [];
      class Shown {
        static permission = 'default';
        static asked = 0;
        static async requestPermission() {
          Shown.asked++;
          Shown.permission = 'granted';
          return 'granted';
        }
        constructor(title: string, { body }: NotificationOptions) {
          shown.push([title, body]);
        }
      }
      Object.assign(globalThis, { Notification: Shown, shown });
      document.hasFocus = () => false;
    });
    await emit(page, SAMPLES[0]!);
    const state = () => page.evaluate(() => [(globalThis as any).Notification.asked, (globalThis as any).shown]);
    expect(await state()).toEqual([0, []]);
    await openPanel(page);
    await page.getByRole('button', { name: 'Notification settings' }).click();
    await page.getByRole('switch', { name: /Desktop notifications/ }).click();
    await emit(page, SAMPLES[1]!);
    await expect.poll(state).toEqual([1, [['Emma wants to be your friend', 'You have 4 friends in common.']]]);
  });

  it('is a modal sheet on a phone, with targets of 40 px', async () => {
    const phone = await browser.newContext(PHONE);
    const page = await statesPage(phone);
    await openPanel(page);
    const bell = page.locator('notification-bell');
    expect(await bell.locator('dialog').evaluate((dialog) => dialog.matches(':modal'))).toBe(true);
    const small = await bell
      .locator('dialog button')
      .evaluateAll((buttons) =>
        buttons
          .filter(
            (one) =>
              Math.round(Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height)) < 40 &&
              !one.matches('.title, [role=tab]'),
          )
          .map((one) => one.outerHTML.slice(0, 60)),
      );
    expect(small).toEqual([]);
    await bell.getByRole('button', { name: 'Close notifications' }).click();
    expect(await bell.locator('dialog').evaluate((dialog) => (dialog as HTMLDialogElement).open)).toBe(false);
    await phone.close();
  });
});
