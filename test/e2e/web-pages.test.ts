// What a web page in the developer's browser may do to the local runtime: nothing that its own console does not do.
// A page cannot forge Host, Origin or Sec-Fetch-*: https://fetch.spec.whatwg.org/#forbidden-request-header
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StackUnderTest, stackUnderTest } from '../support/stack-under-test.ts';
import { notificationsOf } from '../support/stored-rows.ts';
import { hasControlApi } from '../support/target.ts';

let stack: StackUnderTest;
beforeAll(async () => {
  stack = await stackUnderTest();
});
afterAll(() => stack.close());

interface Sent {
  path?: string;
  method?: string;
  headers: Record<string, string>;
  body?: string;
}
const send = (base: string, { path = '/', method = 'GET', headers, body }: Sent) =>
  new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const outgoing = request(new URL(path, base), { method, headers }, (reply) => {
      let text = '';
      reply.on('data', (chunk) => {
        text += chunk;
      });
      reply.on('end', () => resolve({ status: reply.statusCode!, headers: reply.headers, text }));
    });
    outgoing.on('error', reject).end(body);
  });

type Headers = Record<string, string>;
const FOREIGN_PAGES: [string, Headers][] = [
  ['of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['of another port of localhost', { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }],
  ['without an origin, as an image or script loads', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ['in a sandboxed frame', { origin: 'null' }],
];
const OWN_PAGE: [string, Headers] = [
  'of the console itself',
  { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1' },
];

describe.skipIf(!hasControlApi)('a page (needs the control API)', () => {
  it.each(FOREIGN_PAGES)('%s reads nothing from the control API and changes nothing', async (_, page) => {
    const headers = { ...page };
    // Every route there is, by the list that an unknown one is answered with.
    const unknown = await send(stack.outputs.http_url!, { path: '/_local/nothing', headers: {} });
    const routes = [...unknown.text.matchAll(/(GET|POST|PUT|DELETE) (\/_local\/[a-z/]+)/g)];
    expect(routes.length).toBeGreaterThan(35);
    for (const [route, method, path] of routes) {
      // Pages of this machine may have a token: see below.
      if (path === '/_local/tokens') continue;
      const { status, text } = await send(stack.outputs.http_url!, { path: path!, method: method!, headers });
      expect([route, status]).toEqual([route, 403]);
      expect(JSON.parse(text)).toEqual({ message: expect.stringContaining('other origins') });
    }
    const before = await stack.now();
    const body = JSON.stringify({ advance_seconds: 3600 });
    const moved = await send(stack.outputs.http_url!, { path: '/_local/clock', method: 'POST', headers, body });
    expect(moved.status).toBe(403);
    expect((await stack.now()) - before).toBeLessThan(3_600_000);
  });

  it.each([
    ['http://localhost:5173', 'http://localhost:5173'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['https://evil.example', undefined],
    ['http://localhost.evil.example', undefined],
    ['null', undefined],
  ])('of %s gets a token only if it is of this machine', async (origin, allowed) => {
    const headers = { origin, 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' };
    const path = '/_local/tokens';
    const asked = await send(stack.outputs.http_url!, {
      path,
      method: 'OPTIONS',
      headers: {
        ...headers,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    const body = JSON.stringify({ user_id: 'alice' });
    const reply = await send(stack.outputs.http_url!, { path, method: 'POST', headers, body });
    for (const { headers: answered } of [asked, reply]) expect(answered['access-control-allow-origin']).toBe(allowed);
    expect(reply.status).toBe(allowed ? 200 : 403);
    expect(JSON.parse(reply.text).token).toEqual(allowed ? expect.any(String) : undefined);
  });

  it.each(FOREIGN_PAGES)('%s may not call what IAM guards', async (_, page) => {
    const targets = ['/internal/tickets', '/internal/events', '/production/@connections/abc'];
    for (const path of targets) {
      const reply = await send(stack.outputs.http_url!, { path, method: 'POST', headers: { ...page }, body: '{}' });
      expect([path, reply.status, reply.text]).toEqual([path, 403, expect.stringContaining('other origins')]);
    }
  });

  it.each(FOREIGN_PAGES)('%s may not read the notifications that an example’s server fetches', async (_, page) => {
    for (const name of ['badge', 'list']) {
      const path = `/examples/htmx/${name}?user=alice`;
      expect((await send(stack.outputs.http_url!, { path, headers: { ...page } })).status).toBe(403);
      expect((await send(stack.outputs.http_url!, { path, headers: {} })).status).toBe(200);
    }
  });

  it.each([...FOREIGN_PAGES, OWN_PAGE])('%s may not use the AWS port, even with the printed key', async (_, page) => {
    const reply = await send(stack.outputs.aws_endpoint_url!, {
      method: 'POST',
      headers: {
        ...page,
        'x-amz-target': 'AWSEvents.PutEvents',
        authorization: 'AWS4-HMAC-SHA256 Credential=LOCALOPERATOR/20261121/us-east-1/events/aws4_request',
      },
      body: '{}',
    });
    expect([reply.status, reply.text]).toEqual([403, expect.stringContaining('Web pages may not use')]);
    expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each(['evil.example', 'evil.example:4280', '127.0.0.1.evil.example', '10.0.0.1:4280'])(
    'with the rebound host %s gets nothing from either port',
    async (host) => {
      for (const base of [stack.outputs.http_url!, stack.outputs.aws_endpoint_url!]) {
        for (const path of ['/', '/_local/outputs', '/health', '/api/v2/notifications']) {
          const reply = await send(base, { path, headers: { host } });
          expect([path, reply.status]).toEqual([path, 403]);
        }
      }
      await expect(stack.open('?ticket=x', { host })).rejects.toThrow(/403/);
    },
  );

  it('gets answers that no page can frame, sniff or embed', async () => {
    for (const [base, path] of [
      [stack.outputs.http_url!, '/'],
      [stack.outputs.http_url!, '/_local/outputs'],
      [stack.outputs.http_url!, '/health'],
      [stack.outputs.aws_endpoint_url!, '/'],
    ] as const) {
      const { headers } = await send(base, { path, headers: {} });
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

it.skipIf(!hasControlApi)(
  'the console and tools outside a browser are let through (needs the control API)',
  async () => {
    const own = { origin: stack.outputs.http_url!, 'sec-fetch-site': 'same-origin' };
    expect((await send(stack.outputs.http_url!, { path: '/_local/outputs', headers: own })).status).toBe(200);
    await stack.notify({ user_id: 'alice' });
    await expect.poll(async () => (await notificationsOf(stack, 'alice')).length, { timeout: 20_000 }).toBe(1);
  },
);
