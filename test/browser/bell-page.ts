// Pages with a <notification-bell> on them, against the real runtime, and what a user sees there.
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { StackUnderTest } from '../support/stack-under-test.ts';
import { CHROMIUM, CHROMIUM_ARGS } from './chromium.ts';

/** The one that start-once.ts started, or one of its own. */
export function openBrowser(): Promise<Browser> {
  const endpoint = process.env.CHROMIUM_ENDPOINT;
  return endpoint ? chromium.connect(endpoint) : chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
}

export interface BellPage {
  page: Page;
  /** What went wrong in the page: exceptions and errors on its console. */
  faults: string[];
  /** Titles of `notification:received` events, in order. */
  received(): Promise<string[]>;
  /** Statuses of `notifications:connection` events, in order. */
  statuses(): Promise<string[]>;
  badge(): Promise<string>;
  /** Titles in the panel, from the top. */
  titles(): Promise<string[]>;
  /** The words at the bottom of the panel. */
  status(): Promise<string>;
  openPanel(): Promise<void>;
}

export interface BellPageOptions {
  user: string;
  lang?: string;
  theme?: 'light' | 'dark';
  /** Seconds a token is good for, by the runtime's clock. */
  ttlSeconds?: number;
  /** The page may be refreshed with another token once the first one ended. Default true. */
  refreshes?: boolean;
  /** Properties of the element. */
  properties?: Record<string, unknown>;
  /** The page's time is moved by the test: see `moveTime`. */
  movesTime?: boolean;
  /** What `Math.random` gives: times are otherwise spread by chance. */
  random?: number;
}

const PATH = '/test-page';
/** Our choice: what takes longer hangs, and the failure then names it. */
export const WAIT_MS = 20_000;

export async function bellPage(
  stack: StackUnderTest,
  context: BrowserContext,
  { user, lang = 'en', theme = 'light', ttlSeconds = 86_400, refreshes = true, ...options }: BellPageOptions,
): Promise<BellPage> {
  const url = stack.outputs.http_url!;
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  if (options.movesTime) await page.clock.install({ time: await stack.local.now() });
  if (options.random !== undefined) {
    await page.addInitScript((number) => Object.assign(Math, { random: () => number }), options.random);
  }
  const body = { user_id: user, ttl_seconds: ttlSeconds };
  await page.route(`${url}${PATH}`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><html lang="${lang}"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ledger</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/examples/style.css">
<style>:root{color-scheme:${theme}}</style>
<header><strong>Ledger</strong><notification-bell></notification-bell></header>
<main><h1>Positions</h1><p>Nothing here moves when a notification arrives.</p><a href="#elsewhere">A link</a></main>
<script type="module">
  globalThis.received = [];
  globalThis.statuses = [];
  addEventListener('notification:received', ({ detail }) => received.push(detail.notification.title));
  addEventListener('notifications:changed', ({ detail }) => { globalThis.isReady = detail.connection.status === 'online' && !detail.loading });
  addEventListener('notifications:connection', ({ detail }) => statuses.push(detail.status));
  let token;
  const getToken = async ({ refresh }) => {
    if (token && refresh && !${refreshes}) return null;
    if (!token || refresh) token = (await (await fetch('/_local/tokens', { method: 'POST', body: '${JSON.stringify(body)}' })).json()).token;
    return token;
  };
  const bell = document.querySelector('notification-bell');
  Object.assign(bell, { apiUrl: location.origin, getToken, ...${JSON.stringify(options.properties ?? {})} });
  await import('/examples/notification-bell.js');
</script>`,
    }),
  );
  await page.goto(`${url}${PATH}`);
  const bell = page.locator('notification-bell');
  const texts = (selector: string) => bell.locator(selector).allInnerTexts();
  // What arrives before the first list is in it, and announced by nothing.
  await page.waitForFunction(() => (globalThis as any).isReady);
  return {
    page,
    faults,
    received: () => page.evaluate(() => (globalThis as any).received),
    statuses: () => page.evaluate(() => (globalThis as any).statuses),
    badge: async () => (await texts('.badge')).join(),
    titles: () => texts('.item .title bdi'),
    status: async () => (await texts('.foot .state')).join(),
    openPanel: async () => {
      await bell.locator('.bell').click();
      await bell.locator('.foot').waitFor();
    },
  };
}

/** Phone-sized, with touch. */
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 760 }, isMobile: true, hasTouch: true };

/** Moves the runtime's clock and the pages' together, in steps in which each can answer the other. */
export async function moveTime(
  stack: StackUnderTest,
  pages: Page[],
  seconds: number,
  { stepSeconds = 5, eachStep = async () => {} }: { stepSeconds?: number; eachStep?: () => Promise<void> } = {},
): Promise<void> {
  for (let moved = 0; moved < seconds; moved += stepSeconds) {
    await stack.local.advance(stepSeconds);
    for (const page of pages) await page.clock.runFor(stepSeconds * 1_000);
    await eachStep();
  }
}
