// The WebSocket API with real `ws` clients: the handshake, routes, limits, closing, billing.
import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type FixtureOptions,
  type Gateways,
  gatewayResource,
  type Handler,
  lambdaFunction,
  lambdaUri,
  startGateways,
} from './gateway-fixture.ts';

let running: Gateways | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const allow = (event: any, context: object = { user_id: 'alice' }) => ({
  principalId: 'alice',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: event.methodArn }],
  },
  context,
});

interface Options extends Partial<FixtureOptions> {
  authorize?: Handler;
  socket?: Handler;
  identitySource?: string[];
  stage?: object;
  without?: string[];
  mock?: object;
  pong?: string;
}
async function start({
  authorize,
  socket,
  identitySource = [],
  stage = {},
  without = [],
  mock = {},
  pong,
  ...rest
}: Options = {}) {
  const route = (RouteKey: string, properties: object) =>
    gatewayResource('Route', `route ${RouteKey}`, { ApiId: 'ws', RouteKey, AuthorizationType: 'NONE', ...properties });
  const responds = { RouteResponseSelectionExpression: '$default' };
  running = await startGateways({
    functions: { authorize: authorize ?? ((event) => allow(event)), socket: socket ?? (() => ({ statusCode: 200 })) },
    resources: () =>
      [
        ...lambdaFunction('authorize'),
        ...lambdaFunction('socket'),
        gatewayResource('Api', 'ws', { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' }),
        gatewayResource('Stage', 'stage', { ApiId: 'ws', StageName: 'live', AutoDeploy: true, ...stage }),
        gatewayResource('Integration', 'lambda', {
          ApiId: 'ws',
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: lambdaUri('socket'),
        }),
        gatewayResource('Integration', 'mock', {
          ApiId: 'ws',
          IntegrationType: 'MOCK',
          IntegrationUri: '',
          RequestTemplates: { '200': '{"statusCode":200}' },
          TemplateSelectionExpression: '200',
          ...mock,
        }),
        gatewayResource('IntegrationResponse', 'pong', {
          ApiId: 'ws',
          IntegrationId: 'mock',
          IntegrationResponseKey: '$default',
          TemplateSelectionExpression: '200',
          ResponseTemplates: {
            '200': pong ?? '{"type":"pong","ts":$context.requestTimeEpoch,"user":"$context.authorizer.user_id"}',
          },
        }),
        gatewayResource('Authorizer', 'auth', {
          ApiId: 'ws',
          AuthorizerType: 'REQUEST',
          AuthorizerUri: lambdaUri('authorize'),
          IdentitySource: identitySource,
        }),
        route('$connect', { Target: 'integrations/lambda', AuthorizationType: 'CUSTOM', AuthorizerId: 'auth' }),
        route('$disconnect', { Target: 'integrations/lambda' }),
        route('$default', { Target: 'integrations/lambda', ...responds }),
        route('quiet', { Target: 'integrations/lambda' }),
        route('ping', { Target: 'integrations/mock', ...responds }),
        gatewayResource('RouteResponse', 'default-response', {
          ApiId: 'ws',
          RouteId: 'route $default',
          RouteResponseKey: '$default',
        }),
        gatewayResource('RouteResponse', 'ping-response', {
          ApiId: 'ws',
          RouteId: 'route ping',
          RouteResponseKey: '$default',
        }),
      ].filter(({ ref }) => !without.includes(ref)),
    ...rest,
  });
  return running;
}

const contextOf = (event: any) => event.requestContext;
const routeEvents = (gateways: Gateways, routeKey: string) =>
  gateways.eventsOf('socket').filter((event) => contextOf(event).routeKey === routeKey);

// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
describe('the handshake', () => {
  it('runs the authorizer, then $connect, and opens', async () => {
    const gateways = await start();
    await gateways.connect('/live?ticket=a%20b', { headers: { Authorization: 'Bearer t' }, origin: 'https://a.test' });
    const [asked] = gateways.eventsOf('authorize');
    expect(asked).toMatchObject({
      type: 'REQUEST',
      methodArn: 'arn:aws:execute-api:us-east-1:000000000000:ws/live/$connect',
      headers: { Authorization: 'Bearer t', Host: gateways.origin, Upgrade: 'websocket' },
      queryStringParameters: { ticket: 'a b' },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        stage: 'live',
        apiId: 'ws',
        identity: { sourceIp: '127.0.0.1' },
      },
    });
    const [connected] = routeEvents(gateways, '$connect');
    expect(connected).toMatchObject({
      headers: { Authorization: 'Bearer t', Origin: 'https://a.test' },
      queryStringParameters: { ticket: 'a b' },
      isBase64Encoded: false,
      requestContext: { authorizer: { principalId: 'alice', user_id: 'alice' }, messageDirection: 'IN' },
    });
    expect(connected.headers).not.toHaveProperty('Upgrade');
    const { connectionId } = contextOf(connected);
    expect(connectionId).toMatch(/^[\w-]{15}=$/);
    expect(gateways.sockets.connections.list()).toMatchObject([{ connectionId, authorizer: { user_id: 'alice' } }]);
  });

  it.each<[string, number, Handler]>([
    ['Unauthorized is thrown', 401, () => Promise.reject(new Error('Unauthorized'))],
    ['anything else is thrown', 500, () => Promise.reject(new Error('Boom'))],
    [
      'the policy denies',
      403,
      (e) => ({ ...allow(e), policyDocument: { Statement: { Effect: 'Deny', Action: '*', Resource: '*' } } }),
    ],
    [
      'the policy is about another method',
      403,
      (e) => allow({ ...e, methodArn: 'arn:aws:execute-api:us-east-1:000000000000:ws/live/other' }),
    ],
    ['there is no policy', 403, () => ({ principalId: 'a' })],
    [
      'the policy makes no sense',
      500,
      () => ({ principalId: 'a', policyDocument: { Statement: [{ Effect: 'Perhaps' }] } }),
    ],
    ['there is no principal', 500, () => ({ isAuthorized: true })],
    ['nothing is returned', 500, () => undefined],
    ['the context holds an object', 500, (e) => allow(e, { topics: ['a'] })],
    ['the context is larger than 8 KB', 500, (e) => allow(e, { topics: 'a'.repeat(8 * 1024) })],
  ])('is refused when %s: %i', async (_what, status, authorize) => {
    const gateways = await start({ authorize });
    await expect(gateways.connect()).rejects.toMatchObject({ status });
    expect(gateways.eventsOf('socket')).toEqual([]);
    expect(gateways.sockets.connections.list()).toEqual([]);
  });

  it('needs every identity source, and then asks nobody', async () => {
    const gateways = await start({
      identitySource: ['route.request.querystring.ticket', 'route.request.header.X-Key'],
    });
    await expect(gateways.connect('/live?ticket=1')).rejects.toMatchObject({ status: 401 });
    await expect(gateways.connect('/live?ticket=', { headers: { 'x-key': '1' } })).rejects.toMatchObject({
      status: 401,
    });
    expect(gateways.eventsOf('authorize')).toEqual([]);
    await gateways.connect('/live?ticket=1', { headers: { 'x-key': '1' } });
  });

  it.each<[number, Handler]>([
    [403, () => ({ statusCode: 403 })],
    [502, () => Promise.reject(new Error('no'))],
    [502, () => ({})],
  ])('is refused with %i as $connect answers', async (status, socket) => {
    const gateways = await start({ socket });
    await expect(gateways.connect()).rejects.toMatchObject({ status });
    expect(gateways.sockets.connections.list()).toEqual([]);
  });

  it('takes the stage or the root as its path and nothing else', async () => {
    const gateways = await start();
    await gateways.connect('/');
    await gateways.connect('/live/');
    for (const path of ['/other', '/live/more', '/%'])
      await expect(gateways.connect(path)).rejects.toMatchObject({ status: 403 });
    await expect(gateways.connect(`/live?a=${'a'.repeat(4096)}`)).rejects.toMatchObject({ status: 414 });
  });

  it('answers with the subprotocol $connect chose', async () => {
    const gateways = await start({ socket: () => ({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'v1' } }) });
    const { client } = await gateways.connect('/live', { protocols: ['v1', 'secret'] });
    expect(client.protocol).toBe('v1');
  });

  it('is not open for @connections while $connect runs', async () => {
    const outcomes: string[] = [];
    const gateways: Gateways = await start({
      socket: (event) => {
        outcomes.push(gateways.sockets.connections.post(contextOf(event).connectionId, Buffer.from('early')));
        return { statusCode: 200 };
      },
    });
    await gateways.connect();
    expect(outcomes).toEqual(['gone']);
  });

  it('calls $disconnect when the client left while $connect ran', async () => {
    let finish = () => {};
    let entered = () => {};
    const inside = new Promise<void>((resolve) => (entered = resolve));
    const gateways = await start({
      socket: async (event) => {
        if (contextOf(event).eventType === 'CONNECT') {
          await new Promise<void>((resolve) => {
            finish = resolve;
            entered();
          });
        }
        return { statusCode: 200 };
      },
    });
    const tcp = connectTcp(gateways.port, '127.0.0.1');
    tcp.write(
      'GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await inside;
    tcp.resetAndDestroy();
    await new Promise((resolve) => tcp.once('close', resolve));
    finish();
    await expect.poll(() => routeEvents(gateways, '$disconnect').length).toBe(1);
    expect(gateways.sockets.connections.list()).toEqual([]);
  });

  it('is throttled with 429', async () => {
    const gateways = await start({
      stage: { DefaultRouteSettings: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 } },
    });
    await gateways.connect();
    await expect(gateways.connect()).rejects.toMatchObject({ status: 429 });
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
describe('routes', () => {
  it('sends a message to the route its action names, with the authorizer context', async () => {
    const gateways = await start({
      socket: (event) => ({ statusCode: 200, body: `got ${contextOf(event).routeKey}` }),
    });
    const { client, next } = await gateways.connect();
    client.send('{"action":"quiet"}');
    await expect.poll(() => routeEvents(gateways, 'quiet').length).toBe(1);
    for (const message of [
      '{"action":"unknown"}',
      'not json',
      '[]',
      '7',
      '{"action":{}}',
      '{"action":"$disconnect"}',
      '{"action":"$connect"}',
      '{}',
    ]) {
      client.send(message);
      expect(await next()).toBe('got $default');
    }
    const [event] = routeEvents(gateways, 'quiet');
    expect(event).toMatchObject({
      body: '{"action":"quiet"}',
      isBase64Encoded: false,
      requestContext: {
        eventType: 'MESSAGE',
        routeKey: 'quiet',
        authorizer: { user_id: 'alice' },
        messageId: expect.any(String),
      },
    });
    expect(event).not.toHaveProperty('headers');
    expect(event).not.toHaveProperty('queryStringParameters');
  });

  it('answers ping from the mock integration, with no function', async () => {
    const gateways = await start();
    const { client, next } = await gateways.connect();
    client.send('{"action":"ping"}');
    const pong = JSON.parse(await next());
    expect(pong).toEqual({ type: 'pong', user: 'alice', ts: expect.any(Number) });
    expect(gateways.eventsOf('socket')).toHaveLength(1);
  });

  it('says Forbidden where no route takes the message', async () => {
    const gateways = await start({ without: ['route $default'] });
    const { client, next } = await gateways.connect();
    client.send('hello');
    const { connectionId } = gateways.sockets.connections.list()[0]!;
    expect(JSON.parse(await next())).toEqual({ message: 'Forbidden', connectionId, requestId: expect.any(String) });
  });

  it('says Internal server error where the function fails, and stays open', async () => {
    const gateways = await start({
      socket: (event) =>
        contextOf(event).eventType === 'MESSAGE' ? Promise.reject(new Error('no')) : { statusCode: 200 },
    });
    const { client, next } = await gateways.connect();
    for (const message of ['{"action":"quiet"}', 'x']) {
      client.send(message);
      expect(JSON.parse(await next())).toMatchObject({
        message: 'Internal server error',
        requestId: expect.any(String),
      });
    }
    expect(gateways.sockets.connections.list()).toHaveLength(1);
  });

  it.each<[string, Options]>([
    ['$util.escapeJavaScript', { pong: '$util.escapeJavaScript($input.body)' }],
    ['#set', { pong: '#set($a = 1)' }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: API Gateway's own notation
    ['TemplateSelectionExpression', { mock: { TemplateSelectionExpression: '${request.body.x}' } }],
    ['IntegrationType', { mock: { IntegrationType: 'HTTP' } }],
    ['ContentHandlingStrategy', { mock: { ContentHandlingStrategy: 'CONVERT_TO_TEXT' } }],
  ])('refuses at load what it does not emulate: %s', async (named, options) => {
    await expect(start(options)).rejects.toThrow(named);
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
describe('limits', () => {
  const text = (bytes: number) => 'a'.repeat(bytes);
  it('closes 1003 on a binary message', async () => {
    const { client, closed } = await (await start()).connect();
    client.send(Buffer.from([1, 2, 3]));
    expect((await closed).code).toBe(1003);
  });

  it('closes 1009 on a frame above 32 KB and on a message above 128 KB', async () => {
    const gateways = await start();
    const first = await gateways.connect();
    first.client.send(text(32 * 1024 + 1));
    expect((await first.closed).code).toBe(1009);
    const second = await gateways.connect();
    for (let i = 0; i < 5; i++) second.client.send(text(30 * 1024), { fin: i === 4 });
    expect((await second.closed).code).toBe(1009);
    expect(routeEvents(gateways, '$default')).toEqual([]);
  });

  it('takes 128 KB in frames of 32 KB', async () => {
    const gateways = await start({ socket: (event) => ({ statusCode: 200, body: String(event.body?.length) }) });
    const { client, next } = await gateways.connect();
    for (let i = 0; i < 4; i++) client.send(text(32 * 1024), { fin: i === 3 });
    expect(await next()).toBe(String(128 * 1024));
    expect(gateways.meter.read().by.websocket_messages).toEqual({ received: 4, sent: 1 });
  });

  it('sends long messages in frames of 32 KB', async () => {
    const gateways = await start();
    const { client, next } = await gateways.connect();
    const seen: number[] = [];
    // The client's own receiver reports fragments only when it concludes a message, so the bytes are counted on the
    // wire.
    (client as any)._socket.prependListener('data', (chunk: Buffer) => seen.push(chunk.length));
    const message = 'é'.repeat(50_000);
    const { connectionId } = gateways.sockets.connections.list()[0]!;
    expect(gateways.sockets.connections.post(connectionId, Buffer.from(message))).toBe('sent');
    expect(await next()).toBe(message);
    // Three full frames and a rest, four bytes of header each.
    expect(seen.reduce((sum, size) => sum + size, 0)).toBe(100_000 + 4 * 4);
  });

  it('closes 1001 after ten idle minutes; messages either way count', async () => {
    const gateways = await start();
    const { client, closed, next } = await gateways.connect();
    const { connectionId } = gateways.sockets.connections.list()[0]!;
    await gateways.clock.advance(540);
    gateways.sockets.connections.post(connectionId, Buffer.from('hi'));
    await next();
    await gateways.clock.advance(540);
    client.send('{"action":"ping"}');
    await next();
    await gateways.clock.advance(599);
    expect(gateways.sockets.connections.list()).toHaveLength(1);
    await gateways.clock.advance(2);
    expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
    expect(contextOf(routeEvents(gateways, '$disconnect')[0])).toMatchObject({
      disconnectStatusCode: 1001,
      disconnectReason: 'Going away',
      authorizer: { user_id: 'alice' },
    });
  });

  it('closes 1001 after two hours, however busy', async () => {
    const gateways = await start({ limits: { idleMs: 3 * 3_600_000 } });
    const { closed } = await gateways.connect();
    await gateways.clock.advance(7_199);
    expect(gateways.sockets.connections.list()).toHaveLength(1);
    await gateways.clock.advance(1.5);
    expect((await closed).code).toBe(1001);
    expect(gateways.meter.read().units.websocket_connection_minutes).toBeCloseTo(120, 0);
  });

  it('bills the minutes of open connections when asked', async () => {
    const gateways = await start({ limits: { idleMs: 3_600_000 } });
    await gateways.connect();
    await gateways.clock.advance(600);
    gateways.sockets.meterMinutes();
    gateways.sockets.meterMinutes();
    expect(gateways.meter.read().units.websocket_connection_minutes).toBeCloseTo(10, 1);
  });

  it('closes 1008 when a route is throttled', async () => {
    const gateways = await start({
      stage: { DefaultRouteSettings: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 } },
    });
    const { client, closed } = await gateways.connect();
    client.send('{"action":"ping"}');
    client.send('{"action":"ping"}');
    expect((await closed).code).toBe(1008);
  });

  it('calls a client slow that does not read', async () => {
    const gateways = await start({ limits: { maxBufferedBytes: 64 * 1024 } });
    const { client } = await gateways.connect();
    client.pause();
    const { connectionId } = gateways.sockets.connections.list()[0]!;
    const message = Buffer.alloc(60 * 1024, 'a');
    const outcomes = new Set<string>();
    for (let i = 0; i < 500 && !outcomes.has('slow'); i++)
      outcomes.add(gateways.sockets.connections.post(connectionId, message));
    expect(outcomes).toEqual(new Set(['sent', 'slow']));
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
describe('the end', () => {
  it.each<[string, number, string, (client: any) => void]>([
    ['with a code', 4000, 'bye', (client) => client.close(4000, 'bye')],
    ['without a code', 1005, 'Client-side close frame status not set', (client) => client.close()],
    ['without a close frame', 1006, '', (client) => client.terminate()],
  ])('by the client %s runs $disconnect', async (_how, disconnectStatusCode, disconnectReason, leave) => {
    const gateways = await start();
    const { client } = await gateways.connect();
    leave(client);
    await expect.poll(() => routeEvents(gateways, '$disconnect').length).toBe(1);
    const [event] = routeEvents(gateways, '$disconnect');
    expect(contextOf(event)).toMatchObject({ eventType: 'DISCONNECT', disconnectStatusCode, disconnectReason });
    expect(Object.keys(event.headers)).toEqual(['Host', 'x-api-key', 'X-Forwarded-For', 'x-restapi']);
    expect(gateways.sockets.connections.list()).toEqual([]);
  });

  it('by disconnect has a close frame and a $disconnect; by cut neither', async () => {
    const gateways = await start();
    const deleted = await gateways.connect();
    const cut = await gateways.connect();
    const [a, b] = gateways.sockets.connections.list().map((connection) => connection.connectionId) as [string, string];
    expect(gateways.sockets.connections.disconnect(a)).toBe(true);
    expect(gateways.sockets.connections.cut(b)).toBe(true);
    expect([(await deleted.closed).code, (await cut.closed).code]).toEqual([1000, 1006]);
    await gateways.works.idle();
    const ended = routeEvents(gateways, '$disconnect').map(contextOf);
    expect(ended).toMatchObject([{ connectionId: a, disconnectStatusCode: 1000 }]);
    for (const id of [a, b, 'unknown']) {
      expect(gateways.sockets.connections.post(id, Buffer.from('x'))).toBe('gone');
      expect(gateways.sockets.connections.disconnect(id)).toBe(false);
      expect(gateways.sockets.connections.cut(id)).toBe(false);
    }
  });
});
