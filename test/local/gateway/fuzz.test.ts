// Any bytes sent to the gateways: a refusal or a closed socket, never a crash, and the next client is served.
import { connect as connectTcp } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Gateways, gatewayResource, lambdaFunction, lambdaUri, startGateways } from './gateway-fixture.ts';

let gateways: Gateways;
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  gateways = await startGateways({
    functions: { echo: (event) => ({ statusCode: 200, body: event.body ?? 'x' }) },
    resources: () => [
      ...lambdaFunction('echo'),
      gatewayResource('Api', 'api', { ProtocolType: 'HTTP' }),
      gatewayResource('Stage', 'api-stage', { ApiId: 'api', StageName: '$default', AutoDeploy: true }),
      gatewayResource('Integration', 'http', {
        ApiId: 'api',
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: lambdaUri('echo'),
        PayloadFormatVersion: '2.0',
      }),
      gatewayResource('Route', 'any', { ApiId: 'api', RouteKey: 'ANY /{proxy+}', Target: 'integrations/http' }),
      gatewayResource('Api', 'ws', { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.a.b' }),
      gatewayResource('Stage', 'ws-stage', { ApiId: 'ws', StageName: 'live', AutoDeploy: true }),
      gatewayResource('Integration', 'socket', {
        ApiId: 'ws',
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: lambdaUri('echo'),
      }),
      ...['$connect', '$disconnect', '$default'].map((RouteKey) =>
        gatewayResource('Route', RouteKey, {
          ApiId: 'ws',
          RouteKey,
          Target: 'integrations/socket',
          RouteResponseSelectionExpression: '$default',
        }),
      ),
      gatewayResource('RouteResponse', 'rr', { ApiId: 'ws', RouteId: '$default', RouteResponseKey: '$default' }),
    ],
  });
});
afterAll(async () => {
  process.off('unhandledRejection', note);
  await gateways.close();
});

const HANDSHAKE =
  'GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';

/** Sends chunks once the server has said something (or at once), ends, and resolves with all it answered. */
function speak(chunks: (string | Uint8Array)[], afterHandshake: boolean): Promise<string> {
  return new Promise((resolve) => {
    const tcp = connectTcp(gateways.port, '127.0.0.1');
    let answer = '';
    const say = () => {
      for (const chunk of chunks) tcp.write(chunk);
      tcp.end();
    };
    tcp.on('data', (data) => {
      if (afterHandshake && answer === '') say();
      answer += data.toString('latin1');
    });
    tcp.on('error', () => {}); // a reset is a fine answer to nonsense
    tcp.on('close', () => resolve(answer));
    tcp.on('connect', () => (afterHandshake ? tcp.write(HANDSHAKE) : say()));
  });
}

async function stillServes() {
  const { client, next } = await gateways.connect();
  client.send('hello');
  expect(await next()).toBe('hello');
  client.terminate();
  expect(unhandled).toEqual([]);
}

const frames = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 });

it('random bytes as frames', async () => {
  await fc.assert(
    fc.asyncProperty(frames, async (chunks) => {
      expect(await speak(chunks, true)).toMatch(/^HTTP\/1\.1 101 /);
    }),
    { numRuns: 100 },
  );
  await stillServes();
});

it('well-formed frames with random headers and payloads', async () => {
  const frame = fc
    .record({
      first: fc.nat(255),
      length: fc.nat(127),
      masked: fc.boolean(),
      payload: fc.uint8Array({ maxLength: 140 }),
    })
    .map(({ first, length, masked, payload }) => new Uint8Array([first, length | (masked ? 128 : 0), ...payload]));
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 4 }), async (chunks) => {
      expect(await speak(chunks, true)).toMatch(/^HTTP\/1\.1 101 /);
    }),
    { numRuns: 100 },
  );
  await stillServes();
});

it('random upgrade headers, paths and queries', async () => {
  const odd = fc.oneof(
    fc.string({ unit: 'binary-ascii', maxLength: 30 }),
    fc.constantFrom('websocket', '13', ',,', 'a, a', '%', '__proto__'),
  );
  const name = fc.constantFrom(
    'Upgrade',
    'Connection',
    'Host',
    'Origin',
    'Cookie',
    'Sec-WebSocket-Key',
    'Sec-WebSocket-Version',
    'Sec-WebSocket-Protocol',
    'Sec-WebSocket-Extensions',
    '__proto__',
    'constructor',
  );
  const clean = (text: string) => text.replace(/[^\x21-\x7e ]/g, '');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, odd), { maxLength: 8 }), odd, odd, async (headers, path, query) => {
      const target = `/${clean(path)}?${clean(query)}`.replaceAll(' ', '%20');
      const lines = headers.map(([header, value]) => `${header}: ${clean(value)}`);
      const text = `GET ${target} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${lines.join('\r\n')}\r\n\r\n`;
      const answer = await speak([text], false);
      expect(answer === '' || /^HTTP\/1\.1 (101|400|403|405|414|431) /.test(answer), answer).toBe(true);
    }),
    { numRuns: 150 },
  );
  await stillServes();
});

it('random HTTP requests', async () => {
  const path = fc.string({ unit: fc.constantFrom(...'/ab%2FéÿÀ.?&=#{}+~'.split('')), maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(
      path,
      fc.uint8Array({ maxLength: 100 }),
      fc.constantFrom('GET', 'POST', 'OPTIONS', 'DELETE'),
      async (rest, body, method) => {
        const response = await fetch(`${gateways.url}/${rest.replace(/^\/+/, '')}`, {
          method,
          ...(method !== 'GET' && { body }),
        });
        await response.arrayBuffer();
        expect([200, 404]).toContain(response.status);
      },
    ),
    { numRuns: 100 },
  );
  await stillServes();
});
