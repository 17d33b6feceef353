// The first five minutes: start, open an example, send; close the tab, send, a phone is pushed; schedule, move the
// clock.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../docs/markdown.ts';
import { npmStart, type Started } from '../docs/npm-start.ts';
import { localControl } from '../support/local-control.ts';
import { openBrowser, WAIT_MS } from './bell-page.ts';
import { hasChromium } from './chromium.ts';

const run = promisify(execFile);

describe.skipIf(!hasChromium)('the first five minutes', () => {
  let started: Started;
  let browser: Browser;
  beforeAll(async () => {
    [started, browser] = await Promise.all([npmStart(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await started?.stop();
  });

  it('go from npm start to the bell, to a phone, and to a notification an hour ahead', async () => {
    const address = (name: string) => new RegExp(`${name} +(\\S+)`).exec(started.printed)![1]!;
    const url = address('Console').replace(/\/$/, '');
    const local = localControl(url);
    const send = (...options: string[]) =>
      run('npm', ['run', 'send', '--', '--to', 'alice', ...options], {
        cwd: ROOT,
        env: { ...process.env, PORT: new URL(url).port, NO_COLOR: '1' },
      });
    const context = await browser.newContext();
    context.setDefaultTimeout(WAIT_MS);
    const bellSays = async (name: string) => {
      const page = await context.newPage();
      await page.goto(`${address('Examples')}script-tag/`);
      await page.getByRole('button', { name }).waitFor();
      return page;
    };

    const page = await bellSays('Notifications, none unread');
    await send('--title', 'Hello!', '--message', 'Your build is ready');
    await page.locator('.toast', { hasText: 'Hello!' }).waitFor();
    await page.getByRole('button', { name: 'Notifications, 1 unread' }).waitFor();

    const { token } = await local.call('POST', 'tokens', { user_id: 'alice' });
    const device = await fetch(`${url}/api/v2/devices`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ platform: 'fcm', token: 'alices-phone' }),
    });
    expect(device.status).toBeLessThan(300);
    await page.close();
    await expect.poll(() => local.connections(), { timeout: WAIT_MS }).toEqual([]);
    await send('--title', 'While you were away', '--message', 'The tab is closed');
    const pushed = async () => JSON.stringify((await local.phones()).map(({ messages }) => messages));
    await expect.poll(pushed, { timeout: WAIT_MS }).toContain('While you were away');

    await send('--title', 'In an hour', '--message', 'Scheduled', '--at', '3600');
    const again = await bellSays('Notifications, 2 unread');
    await local.advance(3_601);
    await again.locator('.toast', { hasText: 'In an hour' }).waitFor();
    await again.getByRole('button', { name: 'Notifications, 3 unread' }).waitFor();
  });
});
