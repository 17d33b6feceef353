// A page of another site, in a real browser: it tries every way a page has to reach the runtime's ports, as itself and
// with a name that was rebound to this machine. Nothing may be readable, nothing may change.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { CHROMIUM, CHROMIUM_ARGS, hasChromium } from './chromium.ts';

/** A name of elsewhere that leads here: https://en.wikipedia.org/wiki/DNS_rebinding. */
const SITE = 'evil.example';

describe.skipIf(!hasChromium)('a page of another site', () => {
  let stack: StackUnderTest;
  let browser: Browser;
  let site: Server;
  let routes: [method: string, path: string][];
  beforeAll(async () => {
    stack = await stackUnderTest();
    // Without the browser's own protection of local networks: the runtime must not rely on it.
    const args = [...CHROMIUM_ARGS, `--host-resolver-rules=MAP ${SITE} 127.0.0.1`];
    browser = await chromium.launch({ executablePath: CHROMIUM, args });
    site = createServer((_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Hi'));
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    const unknown = await (await fetch(`${stack.outputs.http_url}/_local/nothing`)).text();
    routes = [...unknown.matchAll(/(GET|POST|PUT|DELETE) (\/_local\/[a-z/]+)/g)].map(([, method, path]) => [
      method!,
      path!,
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    await stack?.close();
  });

  /** Everything a page could want to change. */
  async function state() {
    const { local } = stack;
    const lists = ['faults', 'queues', 'phones', 'schedules', 'history', 'connections', 'waiting'];
    return {
      rows: (await stack.dynamodb.send(new ScanCommand({ TableName: stack.outputs.table_name! }))).Items,
      lists: await Promise.all(lists.map((name) => local.call('GET', name))),
      isClockMoved: Math.abs((await local.now()) - Date.now()) > 60_000,
    };
  }
  const targets = (httpUrl: string, awsUrl: string): [string, string, string][] => [
    ...routes.map(([method, path]): [string, string, string] => [method, httpUrl + path, ATTACK]),
    ['GET', `${httpUrl}/api/v2/notifications`, ''],
    ['GET', `${httpUrl}/examples/htmx/list?user=alice`, ''],
    ['GET', `${httpUrl}/`, ''],
    ['GET', `${httpUrl}/_console/console.js`, ''],
    ['POST', `${httpUrl}/internal/tickets`, '{"user_id":"alice"}'],
    ['POST', `${httpUrl}/internal/events`, ATTACK],
    ['POST', `${httpUrl}/v1/@connections/abc`, 'hello'],
    ['POST', `${awsUrl}/`, 'Action=ListTopics'],
    ['GET', `${awsUrl}/`, ''],
  ];
  /** Whatever a route wants, it is in here. */
  const ATTACK = JSON.stringify({
    advance_seconds: 86_400,
    service: 'dynamodb',
    operation: '*',
    kind: 'error',
    detail: { user_id: 'alice', title: 'Attack', message: 'Attack', notification_type: 'system' },
    user_id: 'alice',
    kill: true,
    close: true,
    visible: true,
    offline: true,
    duplicate_next: 5,
    precision: 'late',
    queue: 'Dispatch',
  });

  /** What the page could read, by URL: texts of answers, and loads that succeeded. */
  const attack = (page: Page, all: [string, string, string][], wsUrl: string): Promise<string[]> =>
    page.evaluate(
      async ([list, socketUrl]) => {
        const read: string[] = [];
        const { document, EventSource, WebSocket, location } = globalThis as any;
        const within = (work: Promise<void>) =>
          Promise.race([work, new Promise<void>((resolve) => setTimeout(resolve, 1_500))]);
        const element = (tag: string, attributes: object, url: string) =>
          within(
            new Promise<void>((resolve) => {
              const made = Object.assign(document.createElement(tag), attributes);
              made.onload = () => {
                read.push(`${tag} ${url}`);
                resolve();
              };
              made.onerror = () => resolve();
              document.body.append(made);
            }),
          );
        const tries = list.map(async ([method, url, body]) => {
          const own = new URL(url).origin === location.origin;
          for (const mode of ['cors', 'no-cors'] as const) {
            // A simple request: the browser asks nobody before it sends it.
            const simple = method === 'GET' ? { method } : { method: 'POST', body };
            try {
              const reply = await fetch(url, { mode, ...simple, headers: { 'content-type': 'text/plain' } });
              const text = await reply.text();
              // The stack's own CORS configuration lets pages see that they lack a token.
              if (text !== '' && reply.status !== 403 && reply.status !== 401)
                read.push(`${mode} ${method} ${url} ${text.slice(0, 80)}`);
            } catch {
              // What the browser does not let the page read.
            }
          }
          try {
            const reply = await fetch(url, { method, ...(method !== 'GET' && { body }), headers: { 'x-other': '1' } });
            if (reply.status !== 403 && reply.status !== 401) read.push(`preflighted ${method} ${url}`);
          } catch {
            // The preflight was refused.
          }
          if (method !== 'GET' || own) return;
          await element('script', { src: url }, url);
          await element('img', { src: url }, url);
        });
        const stream = new EventSource(list.find(([, url]) => url.endsWith('/_local/stream'))![1]);
        stream.onmessage = stream.onopen = () => read.push('stream');
        const socket = new WebSocket(socketUrl);
        socket.onopen = () => read.push('socket');
        await Promise.all(tries);
        for (const [method, url, body] of list) {
          if (method !== 'POST') continue;
          const form = document.createElement('form');
          const frame = Object.assign(document.createElement('iframe'), { name: `frame-${Math.random()}` });
          Object.assign(form, { method: 'POST', action: url, enctype: 'text/plain', target: frame.name });
          form.append(Object.assign(document.createElement('input'), { name: body.slice(0, -1), value: '1}' }));
          document.body.append(frame, form);
          form.submit();
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
        stream.close();
        return read;
      },
      [all, wsUrl] as const,
    );

  it('reads nothing and changes nothing', async () => {
    await stack.notify({ user_id: 'alice', title: 'Private' });
    await stack.local.settle();
    const before = await state();
    const page = await browser.newPage();
    await page.goto(`http://${SITE}:${(site.address() as AddressInfo).port}/`);
    const all = targets(stack.outputs.http_url!, stack.outputs.aws_endpoint_url!);
    expect(await attack(page, all, stack.outputs.ws_url!)).toEqual([]);
    await page.close();
    await stack.local.settle();
    expect(await state()).toEqual(before);
  });

  it('reads nothing and changes nothing either when its name was rebound to the ports of the runtime', async () => {
    const before = await state();
    const rebound = (url: string) => url.replace('127.0.0.1', SITE);
    const page = await browser.newPage();
    const httpUrl = rebound(stack.outputs.http_url!);
    expect((await page.goto(`${httpUrl}/`))?.status()).toBe(403);
    const all = targets(httpUrl, rebound(stack.outputs.aws_endpoint_url!));
    expect(await attack(page, all, rebound(stack.outputs.ws_url!))).toEqual([]);
    await page.close();
    await stack.local.settle();
    expect(await state()).toEqual(before);
  });
});
