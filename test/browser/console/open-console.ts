// The console in a page of Chromium, which fails the test for any error, warning or sideways scrolling.
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';

export interface ConsolePage {
  page: Page;
  /** Checks what every test checks, and closes. */
  close(): Promise<void>;
}

export interface ConsoleOptions {
  /** With its hash: `#/queues`. */
  path?: string;
  width?: number;
  height?: number;
  scheme?: 'light' | 'dark';
  /** Text that the browser's console may show: a runtime that is stopped cannot be loaded from. */
  allowed?: RegExp;
}

/** Our choice: longer than the attempts the AWS SDK makes by itself before a message counts as failed. */
const WAIT_MS = 20_000;

export async function openConsole(
  browser: Browser,
  httpUrl: string,
  { path = '', width = 1440, height = 900, scheme = 'light', allowed }: ConsoleOptions = {},
): Promise<ConsolePage> {
  // Without motion a click never waits for a drawer to come to rest.
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme, reducedMotion: 'reduce' });
  // What takes longer hangs, and the failure then names what was waited for.
  page.setDefaultTimeout(WAIT_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (!allowed?.test(message.text())) complaints.push(message.text());
  });
  await page.goto(`${httpUrl}/${path}`);
  await page.getByText('Connected', { exact: true }).first().waitFor({ state: 'attached' });
  return {
    page,
    async close() {
      expect(complaints).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
      await page.close();
    },
  };
}

/** The row of the feed with this title. */
export const rowOf = (page: Page, title: string) => page.locator('a.row', { hasText: title });
