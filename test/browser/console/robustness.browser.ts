// The console under load, on small screens, by keyboard, with assistive technology, and when the runtime goes away.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type StackUnderTest, stackUnderTest } from '../../support/stack-under-test.ts';
import { openBrowser } from '../bell-page.ts';
import { hasChromium } from '../chromium.ts';
import { axeViolations } from './axe-violations.ts';
import { setScene } from './console-scene.ts';
import { type ConsoleOptions, type ConsolePage, openConsole, rowOf } from './open-console.ts';
import { restartable } from './restartable.ts';

/** The page's own loads are answered: the stream stays open, so the network is never idle. */
const drawn = (page: Page) =>
  expect
    .poll(() => page.evaluate('performance.getEntriesByType("resource").filter((one) => one.responseEnd === 0).length'))
    .toBe(0);

const PAGES = ['live', 'notifications', 'users', 'phones', 'scheduled', 'queues', 'data', 'faults', 'logs', 'more'];

describe.skipIf(!hasChromium)('the console', () => {
  let stack: StackUnderTest;
  let browser: Browser;
  let scene: Awaited<ReturnType<typeof setScene>>;
  const opened: ConsolePage[] = [];
  beforeAll(async () => {
    [stack, browser] = await Promise.all([stackUnderTest(), openBrowser()]);
    scene = await setScene(stack);
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.close();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });
  const open = async (options?: ConsoleOptions) => {
    const page = await openConsole(browser, stack.outputs.http_url!, options);
    opened.push(page);
    return page.page;
  };

  it.each(['light', 'dark'] as const)('has no accessibility violation on any page, %s', async (scheme) => {
    const page = await open({ scheme });
    const found: string[] = [];
    for (const name of [...PAGES, `live/${scene.retried}`, `live/${scene.failed}`, `queues`]) {
      await page.evaluate(`location.hash = '#/${name}'`);
      await page.locator('main section').first().waitFor();
      await stack.local.settle();
      await drawn(page);
      found.push(...(await axeViolations(page)).map((line) => `${name}: ${line}`));
    }
    await page.keyboard.press('s');
    await page.getByRole('textbox', { name: /^Title/ }).fill('');
    await page.getByText('Correct 1 field to send').waitFor();
    found.push(...(await axeViolations(page)).map((line) => `send: ${line}`));
    expect(found).toEqual([]);
  });

  it.each([390, 320])('fits %i pixels: tabs below, the detail as a page, nothing sideways', async (width) => {
    const page = await open({ width, height: 844 });
    for (const name of PAGES) {
      await page.evaluate(`location.hash = '#/${name}'`);
      await page.locator('main section').first().waitFor();
      await drawn(page);
      expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'), name).toBeLessThanOrEqual(
        0,
      );
    }
    await page.evaluate("location.hash = '#/live'");
    await rowOf(page, 'Trade confirmed').click();
    await page.getByRole('heading', { name: /^Delivered in/ }).waitFor();
    expect(await page.locator('.feed-column').isVisible()).toBe(false);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Back' }).click();
    await page.locator('.feed-column').waitFor();
    await page.getByRole('button', { name: /^Send/ }).click();
    await page.getByRole('dialog').waitFor();
    expect(await axeViolations(page)).toEqual([]);
  });

  it('works by keyboard: moves in the feed, opens pages, searches, gives the focus back', async () => {
    const page = await open();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.locator('li[aria-posinset="2"] a.row[aria-current=true]:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('What happened to it?').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('q');
    await page.getByRole('heading', { name: 'Rejected', level: 1 }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('maintenance');
    await page.locator('a.row', { hasText: 'Maintenance tonight' }).waitFor();
    expect(await page.locator('a.row').count()).toBe(1);
    await page.getByLabel(/^Search/).fill('nothing like it');
    await page.getByText('No notification matches “nothing like it”.').waitFor();
    await page.getByRole('button', { name: 'Clear search' }).click();
    const send = page.getByRole('button', { name: /^Send/ });
    await send.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('s/g?');
    await page.keyboard.press('Escape');
    expect(await send.evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true);
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    await page.getByLabel('Single keys are shortcuts').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('s');
    expect(await page.getByRole('dialog', { name: 'Send a notification' }).count()).toBe(0);
  });

  it('keeps new rows back while the pointer is over the feed, so that no row moves under it', async () => {
    const page = await open();
    const first = page.locator('a.row').first();
    await first.hover();
    const before = await first.getAttribute('data-id');
    await stack.notify({ user_id: 'alice', title: 'Waits behind the button' });
    await page.getByRole('button', { name: '1 new' }).waitFor();
    expect(await first.getAttribute('data-id')).toBe(before);
    await page.getByRole('button', { name: '1 new' }).click();
    await rowOf(page, 'Waits behind the button').waitFor();
    await page.mouse.move(5, 5);
    await page.getByRole('button', { name: 'Pause' }).click();
    await stack.notify({ user_id: 'alice', title: 'Arrives while paused' });
    await page.mouse.move(5, 5);
    await page.getByRole('button', { name: '1 new' }).waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.mouse.move(5, 5);
    await rowOf(page, 'Arrives while paused').waitFor();
  });

  it('shows a burst of 500 notifications, each with its outcome, and draws those in view', async () => {
    await stack.local.reset();
    const socket = await stack.connect('alice');
    const page = await open();
    for (let from = 0; from < 500; from += 100) {
      const detail = (n: number) => ({
        // Several users, because notifications of one user follow one another.
        user_id: n % 10 === 0 ? 'alice' : `reader-${n % 25}`,
        title: `Burst ${n}`,
        message: 'One of many',
        notification_type: `burst.${n % 50}`,
      });
      const batches = Array.from({ length: 10 }, (_, at) =>
        Array.from({ length: 10 }, (__, n) => detail(from + at * 10 + n)),
      );
      await Promise.all(
        batches.map((batch) => stack.put(batch.map((one) => ({ detail_type: 'notification.requested', detail: one })))),
      );
      await stack.local.settle();
    }
    await page.getByText('All 500').waitFor();
    await expect.poll(() => page.getByText(/^Waiting \d+$/).innerText(), { timeout: 20_000 }).toBe('Waiting 0');
    expect(await page.getByText(/^Problems \d+$/).innerText()).toBe('Problems 0');
    const rows: { outcome: string; inbox: { done: number } }[] = await stack.local.call('GET', 'history');
    expect(rows.filter(({ inbox }) => inbox.done !== 1)).toEqual([]);
    expect(rows.filter(({ outcome }) => outcome === 'delivered')).toHaveLength(socket.of('notification').length);
    // Only what is in view is in the document, however many there are.
    expect(await page.locator('a.row').count()).toBeLessThan(40);
    await page.locator('.virtual').evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await page.locator('li[aria-posinset="500"]').waitFor();
  });

  it('says that the runtime does not answer, and follows it again after a restart', async () => {
    const runtime = await restartable();
    const { page, close } = await openConsole(browser, runtime.url, { allowed: /ERR_|Failed to load|EventSource/ });
    await runtime.send('Before the restart');
    await rowOf(page, 'Before the restart').waitFor();
    await runtime.stop();
    await page.getByText('The runtime does not answer.').waitFor();
    await page.getByText('Reconnecting').waitFor();
    await page.getByText(/Trying again in \d s\.|Trying now\./).waitFor();
    expect(await rowOf(page, 'Before the restart').count()).toBe(1);
    await runtime.start();
    await page.getByText('The runtime restarted. What happened before is not kept.').waitFor();
    await page.getByText('Connected', { exact: true }).waitFor();
    await runtime.send('After the restart');
    await rowOf(page, 'After the restart').waitFor();
    expect(await rowOf(page, 'Before the restart').count()).toBe(0);
    await close();
    await runtime.stop();
  });
});
