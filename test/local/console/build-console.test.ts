import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildConsole } from '../../../local/console/build-console.ts';
import { serveConsole } from '../../../local/console/serve-console.ts';

/** Our choice: what a page on localhost may weigh. */
const BUDGET_BYTES = 120 * 1024;

describe('the bundle of the console', () => {
  it('is under its budget, zipped', async () => {
    const folder = await buildConsole();
    const files = await Promise.all(['console.js', 'console.css'].map((name) => readFile(join(folder, name))));
    expect(gzipSync(Buffer.concat(files)).length).toBeLessThan(BUDGET_BYTES);
  });

  it('is made once for requests that come together, and found again', async () => {
    const folders = await Promise.all([buildConsole(), buildConsole(), buildConsole()]);
    expect(new Set(folders).size).toBe(1);
    expect(await buildConsole()).toBe(folders[0]);
  });

  it('asks no other host for anything', async () => {
    const script = await readFile(join(await buildConsole(), 'console.js'), 'utf8');
    const hosts = [...script.matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host);
    expect(hosts.filter((host) => host !== 'www.w3.org')).toEqual([]);
  });
});

describe('the page of the console', () => {
  const server = createServer((req, res) => {
    serveConsole(req, res).then(
      (isServed) => isServed || res.writeHead(404).end(),
      (error: unknown) => res.writeHead(500).end(String(error)),
    );
  });
  let url: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
  });

  it('has no inline script or style, as its policy demands', async () => {
    const response = await fetch(url);
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'self'/);
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(await response.text()).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son\w+=/);
  });

  it.each([
    ['/_console/', 'text/html'],
    ['/_console/console.js', 'text/javascript'],
    ['/_console/console.css', 'text/css'],
    ['/_console/icon.svg', 'image/svg+xml'],
  ])('comes with %s', async (path, type) => {
    const response = await fetch(url + path);
    expect(response.headers.get('content-type')).toContain(type);
    expect((await response.text()).length).toBeGreaterThan(100);
  });

  it.each(['/_console', '/_console/../package.json', '/console.js'])(
    'serves nothing else, such as %s',
    async (path) => {
      expect((await fetch(url + path)).status).toBe(404);
    },
  );
});
