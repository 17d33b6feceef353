// 5,000 rows in the feed: what each change costs the page's main thread, in its own CPU time, whatever else the machine
// does.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveConsole } from '../../../local/console/serve-console.ts';
import type { HistoryRow } from '../../../protocol/local/history.ts';
import type { LiveState } from '../../../protocol/local/live-state.ts';
import { AT_MS, row } from '../../console/history-rows.ts';
import { openBrowser } from '../bell-page.ts';
import { hasChromium } from '../chromium.ts';
import { type ConsolePage, openConsole } from './open-console.ts';

const ROWS = 5_000;
/** About 11 ms were measured, and a busy machine may take a few times longer. All rows drawn anew take seconds. */
const LIMIT_MS = 100;

describe.skipIf(!hasChromium)(`a feed of ${ROWS} rows`, () => {
  let server: Server;
  let browser: Browser;
  let opened: ConsolePage;
  let page: Page;
  let stream: ServerResponse | undefined;
  let order = ROWS;
  const numbered = (n: number, change: Partial<HistoryRow> = {}) =>
    row({ id: `event-${n}`, order: n, title: `Notification ${n}`, at_ms: AT_MS + n, ...change });
  const push = (rows: HistoryRow[]) => stream!.write(`event: rows\ndata: ${JSON.stringify(rows)}\n\n`);

  beforeAll(async () => {
    const newestFirst = Array.from({ length: ROWS }, (_, n) => numbered(ROWS - n));
    const state = {
      run_id: 'run',
      now_ms: Date.now(),
      ahead_ms: 0,
      next_due_ms: null,
      dollars: 0,
      users: [],
      queues: [],
    };
    const live: LiveState = { ...state, waiting: 0, faults: 0, versions: { phones: 0, logs: 0, faults: 0 } };
    server = createServer(async (req, res) => {
      if (req.url === '/_local/stream') {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        res.write(`event: state\ndata: ${JSON.stringify(live)}\n\n`);
        stream = res;
      } else if (req.url === '/_local/history') res.end(JSON.stringify(newestFirst));
      else if (req.url === '/_local/outputs') res.end('{}');
      else if (!(await serveConsole(req, res))) res.writeHead(404).end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    browser = await openBrowser();
    opened = await openConsole(browser, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    ({ page } = opened);
    await page.getByText('All 5000').waitFor();
  });
  afterAll(async () => {
    stream?.end();
    await opened?.close();
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  /** Milliseconds of the main thread's own CPU time, so that a busy machine changes nothing. */
  async function cpuMs(work: () => Promise<unknown>): Promise<number> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const taken = async () =>
      (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')!.value * 1_000;
    const before = await taken();
    await work();
    const after = await taken();
    await session.detach();
    return after - before;
  }
  const frames = (count: number) =>
    page.evaluate(async (left) => {
      for (let n = 0; n < left; n++) await new Promise((resolve) => (globalThis as any).requestAnimationFrame(resolve));
    }, count);

  it('takes new rows and changed rows in a small part of what drawing all of them takes', async () => {
    const times = 40;
    const spent = await cpuMs(async () => {
      for (let n = 0; n < times; n++) {
        const fresh = Array.from({ length: 10 }, () => numbered(++order, { outcome: 'queued' }));
        push([...fresh, numbered(order - 15), numbered(order - 2_000, { outcome: 'failed' })]);
        await frames(2);
      }
      await page.getByText(`Notification ${order}`, { exact: true }).waitFor();
    });
    expect(spent / times).toBeLessThan(LIMIT_MS);
  });

  /** By so many pixels a frame, in the page itself. */
  const scroll = (times: number, pixels: number) =>
    page.locator('.virtual').evaluate(
      async (list, [left, by]) => {
        for (let n = 0; n < left; n++) {
          list.scrollBy(0, by);
          await new Promise((resolve) => (globalThis as any).requestAnimationFrame(resolve));
        }
      },
      [times, pixels] as const,
    );

  it('scrolls and jumps without a gap', async () => {
    const times = 60;
    const spent = await cpuMs(() => scroll(times, 580));
    const jumps = await cpuMs(() => scroll(times, 4_800));
    await page.locator('li[aria-posinset="5000"]').waitFor();
    expect(await page.locator('a.row').count()).toBeLessThan(40);
    expect(spent / times).toBeLessThan(LIMIT_MS);
    expect(jumps / times).toBeLessThan(LIMIT_MS);
    await page.locator('.virtual').evaluate((list) => list.scrollTo(0, 0));
  });

  it('is searched without a pause between keys', async () => {
    const text = `notification ${order - 3_000}`;
    await page.keyboard.press('/');
    const spent = await cpuMs(async () => {
      await page.keyboard.type(text);
      await page.locator('a.row', { hasText: `Notification ${order - 3_000}` }).waitFor();
    });
    expect(await page.locator('a.row').count()).toBe(1);
    expect(spent / text.length).toBeLessThan(LIMIT_MS);
  });
});
