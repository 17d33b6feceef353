// The console in a real browser: what a person does in the first minute.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';

/** Debian's; name another with CHROMIUM. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const isThere = existsSync(CHROMIUM);
if (!isThere && process.env.CI)
  throw new Error(`This needs Chromium at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM.`);

describe.skipIf(!isThere)(`the console, in ${CHROMIUM}`, () => {
  let stack: StackUnderTest;
  let browser: Browser;
  beforeAll(async () => {
    stack = await stackUnderTest();
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });

  const open = async () => {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(stack.outputs.http_url!);
    await page.waitForSelector('.status.open');
    return { page, faults };
  };

  it('connects as alice and shows once what the form sends, on every tab', async () => {
    const [first, second] = [await open(), await open()];
    await first.page.fill('#title', 'From the form');
    await first.page.click('#send button.main');
    for (const { page, faults } of [first, second]) {
      await page.waitForSelector('#frames li strong');
      expect(await page.locator('#frames li strong', { hasText: 'From the form' }).count()).toBe(1);
      expect(await page.textContent('#unread')).toBe('1');
      expect(faults).toEqual([]);
    }
  });

  it('shows text as text', async () => {
    const { page, faults } = await open();
    await stack.notify({ user_id: 'alice', title: '<img src=x onerror="document.title=1">', message: '<b>bold</b>' });
    await page.locator('#frames li strong', { hasText: '<img' }).waitFor();
    expect(await page.locator('#frames img, #frames b').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('shows what was rejected, and why', async () => {
    const { page } = await open();
    await stack.notify({ user_id: 'alice', title: 'x'.repeat(256) });
    await page.locator('#rejected', { hasText: 'title must have at most 255 characters' }).waitFor();
  });
});
