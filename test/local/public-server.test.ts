// Who answers `/` on the public port: an app's own route goes before the console.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { publicServer } from '../../local/public-server.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function serve(ownsRoot: boolean) {
  const app = async (_: IncomingMessage, res: ServerResponse) => {
    res.end('the app');
    return true;
  };
  const server = createServer();
  publicServer(server, {
    api: Object.assign(app, { ownsRoot }),
    examples: { handle: async () => false },
    issuer: { handle: () => false },
  } as unknown as Parameters<typeof publicServer>[1]);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => new Promise((resolve) => server.close(resolve)));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return async (path: string) => (await fetch(`${base}${path}`)).text();
}

describe('the root of the public port', () => {
  it('is the console, which is at /_console/ too', async () => {
    const get = await serve(false);
    expect(await get('/')).toContain('Carillon local');
    expect(await get('/_console/')).toContain('Carillon local');
    expect(await get('/other')).toBe('the app');
  });

  it('is the app where it has a route for it', async () => {
    const get = await serve(true);
    expect(await get('/')).toBe('the app');
    expect(await get('/_console/')).toContain('Carillon local');
  });
});
