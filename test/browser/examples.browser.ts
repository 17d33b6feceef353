// The example pages as `npm start` serves them, and a page on a server of its own, as a front end's dev server is.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleExamples } from '../../local/examples/example-bundles.ts';
import { newUser } from '../support/new-user.ts';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { openBrowser, WAIT_MS } from './bell-page.ts';
import { hasChromium } from './chromium.ts';

describe.skipIf(!hasChromium)('the examples', () => {
  let stack: StackUnderTest;
  let browser: Browser;
  let context: BrowserContext;
  let faults: string[];
  beforeAll(async () => {
    [stack, browser] = await Promise.all([stackUnderTest(), openBrowser()]);
  });
  beforeEach(async () => {
    faults = [];
    context = await browser.newContext();
    context.setDefaultTimeout(WAIT_MS);
    context.on('weberror', (fault) => faults.push(fault.error().message));
    context.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    // Nothing is loaded from anywhere else.
    context.on('request', (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (protocol !== 'data:' && hostname !== '127.0.0.1' && hostname !== 'localhost') faults.push(request.url());
    });
  });
  afterEach(() => context.close());
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });
  const open = async (path: string) => {
    const page = await context.newPage();
    await page.goto(`${stack.outputs.http_url}/examples/${path}`);
    return page;
  };

  it('are all linked from one page', async () => {
    const page = await open('');
    const links = await page.locator('main a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    expect(links.sort()).toEqual(['htmx/', 'plain/', 'react/', 'script-tag/', 'svelte/']);
    expect(faults).toEqual([]);
  });

  it.each(['plain', 'react', 'svelte', 'htmx'])('%s shows what arrives, as text, without a reload', async (name) => {
    const user = newUser('alice');
    const page = await open(`${name}/?user=${user}`);
    await page.getByText(/\b0 unread/).waitFor();
    await stack.notify({ user_id: user, title: '<b>From the bus</b>' });
    await page.locator('li', { hasText: '<b>From the bus</b>' }).waitFor();
    await page.getByText(/\b1 unread/).waitFor();
    expect(faults).toEqual([]);
  });

  it('script-tag shows a bell, and what its own button sends', async () => {
    await context.addInitScript(
      `addEventListener('notifications:changed', ({ detail }) => {
        document.documentElement.dataset.status = detail.connection.status;
      })`,
    );
    const page = await open(`script-tag/?user=${newUser('alice')}`);
    await page.getByRole('button', { name: 'Notifications, none unread' }).waitFor();
    // What arrives before the socket is open comes with the list, and the list shows no toasts.
    await page.locator('html[data-status="online"]').waitFor();
    await page.locator('#send').click();
    await page.locator('.toast', { hasText: 'Trade confirmed' }).waitFor();
    await page.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('the bell loads its panel on a click if that was not possible before', async () => {
    await context.route('**/chunks/surfaces-*', (route) => route.abort());
    const page = await open(`script-tag/?user=${newUser('alice')}`);
    await page.getByRole('button', { name: 'Notifications, none unread' }).waitFor();
    await expect.poll(() => faults.length).toBe(1);
    await context.unroute('**/chunks/surfaces-*');
    await page.getByRole('button', { name: 'Notifications, none unread' }).click();
    await page.getByText('No notifications yet').waitFor();
  });

  it('the htmx page has the ids that the fragments of its server know', async () => {
    const page = await open('htmx/');
    expect(await page.locator('#notification-list, #notif-badge').count()).toBe(2);
  });

  it('a page on its own dev server signs in by the token endpoint and connects', async () => {
    const user = newUser('alice');
    const { scripts } = await bundleExamples();
    const html = `<!doctype html><link rel="icon" href="data:,"><notification-bell></notification-bell>
<script type="module">
  import '/notification-bell.js';
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ user_id: '${user}' });
  const apiUrl = '${stack.outputs.http_url}';
  const getToken = async () => (await (await fetch(apiUrl + '/_local/tokens', { method: 'POST', headers, body })).json()).token;
  Object.assign(document.querySelector('notification-bell'), { apiUrl, getToken });
</script>`;
    const devServer = createServer((req, res) => {
      const script = scripts.get((req.url ?? '').slice(1));
      res.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' }).end(script ?? html);
    });
    await new Promise<void>((resolve) => devServer.listen(0, '127.0.0.1', resolve));
    try {
      const page: Page = await context.newPage();
      await page.goto(`http://localhost:${(devServer.address() as AddressInfo).port}/`);
      await stack.notify({ user_id: user, title: 'Across origins' });
      await page.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor();
      expect(faults).toEqual([]);
    } finally {
      await context.close();
      await new Promise((resolve) => devServer.close(resolve));
    }
  });
});
