// The packaged service worker in Chromium: a push event as the browser makes it, and a click on what is shown. The
// browser cannot subscribe here, because its own push service is on the internet; the event comes by DevTools.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileEntries } from '../../packaging/compile-entries.ts';
import { ENTRIES } from '../../packaging/entries.ts';
import { openBrowser } from './bell-page.ts';
import { hasChromium } from './chromium.ts';

describe.skipIf(!hasChromium)('the service worker', () => {
  let browser: Browser;
  let context: BrowserContext;
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    const dist = mkdtempSync(join(tmpdir(), 'carillon-worker-'));
    await compileEntries(
      ENTRIES.filter(({ name }) => name === './client/service-worker'),
      dist,
    );
    const script = readFileSync(join(dist, 'client/service-worker.mjs'));
    rmSync(dist, { recursive: true });
    server = createServer((request, response) => {
      const isScript = request.url!.startsWith('/sw.js');
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : `<!doctype html><title>${request.url}</title><link rel="icon" href="data:,">`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await openBrowser();
    context = await browser.newContext();
    await context.grantPermissions(['notifications'], { origin });
  });
  afterAll(async () => {
    await context?.close();
    await browser?.close();
    server?.close();
  });

  it('shows a push, and opens its link on a click', async () => {
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    const devtools = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) => {
      devtools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
        const active = versions.find(({ status }) => status === 'activated');
        if (active) resolve(active.registrationId);
      });
    });
    await devtools.send('ServiceWorker.enable');
    const workerStarted = context.waitForEvent('serviceworker');
    await page.evaluate(() => navigator.serviceWorker.register('/sw.js?icon=/icon.png'));
    const registrationId = await registered;
    const data = JSON.stringify({
      notification_id: '01995b1e-7e00-7000-8000-000000000001',
      title: 'Paid ✓',
      message: 'Order 1',
      url: '/orders/1',
    });
    await devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data });
    const shown = await page.evaluate(async () => {
      const { active: _, ...registration } = { active: 0, it: await navigator.serviceWorker.ready };
      for (;;) {
        const [notification] = await registration.it.getNotifications();
        if (notification) {
          const { title, body, tag, icon, data: kept } = notification;
          return { title, body, tag, icon: new URL(icon).pathname, kept };
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    expect(shown).toEqual({
      title: 'Paid ✓',
      body: 'Order 1',
      tag: '01995b1e-7e00-7000-8000-000000000001',
      icon: '/icon.png',
      kept: { url: `${origin}/orders/1` },
    });

    const worker = await workerStarted;
    const outcome = await worker.evaluate(async () => {
      const scope = globalThis as any;
      const opened: string[] = [];
      // A window may be opened only in answer to a real click, which nothing here can make.
      scope.clients.openWindow = async (url: string) => void opened.push(url);
      const [notification] = await scope.registration.getNotifications();
      const event = new scope.NotificationEvent('notificationclick', { notification });
      const work: Promise<unknown>[] = [];
      Object.defineProperty(event, 'waitUntil', { value: (one: Promise<unknown>) => work.push(one) });
      scope.dispatchEvent(event);
      await Promise.all(work);
      return { opened, left: (await scope.registration.getNotifications()).length };
    });
    expect(outcome).toEqual({ opened: [`${origin}/orders/1`], left: 0 });
    await page.close();
  });
});
