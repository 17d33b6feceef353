// The HTTP API over real HTTP: routing, events, responses, authorisation, limits.
import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { request } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import type { Service } from '../../../local/aws/service.ts';
import {
  type Gateways,
  gatewayResource,
  type Handler,
  lambdaFunction,
  lambdaUri,
  resource,
  startGateways,
} from './gateway-fixture.ts';

let running: Gateways | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

interface Options {
  routes?: object[];
  stage?: object;
  api?: object;
  permission?: string;
  integration?: object;
  events?: Service;
}
async function start(handler: Handler, options: Options = {}) {
  const { routes = [{ RouteKey: '$default' }], stage = {}, api = {}, permission, integration = {}, events } = options;
  running = await startGateways({
    functions: { inbox: handler },
    events,
    resources: ({ issuer }) => [
      ...lambdaFunction('inbox', permission),
      gatewayResource('Api', 'api', { ProtocolType: 'HTTP', ...api }),
      gatewayResource('Stage', 'stage', { ApiId: 'api', StageName: '$default', AutoDeploy: true, ...stage }),
      gatewayResource('Integration', 'lambda', {
        ApiId: 'api',
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: lambdaUri('inbox'),
        PayloadFormatVersion: '2.0',
        ...integration,
      }),
      resource(
        'AWS::IAM::Role',
        'put-role',
        {
          AssumeRolePolicyDocument: {
            Statement: [
              { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' },
            ],
          },
          Policies: [
            {
              PolicyName: 'p',
              PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: '*' }] },
            },
          ],
        },
        { Arn: 'arn:aws:iam::000000000000:role/put-role' },
      ),
      gatewayResource('Integration', 'put', {
        ApiId: 'api',
        IntegrationType: 'AWS_PROXY',
        IntegrationSubtype: 'EventBridge-PutEvents',
        PayloadFormatVersion: '1.0',
        CredentialsArn: 'arn:aws:iam::000000000000:role/put-role',
        RequestParameters: {
          Detail: '$request.body.detail',
          DetailType: '$request.header.x-type',
          Source: 'test',
          EventBusName: 'bus',
        },
      }),
      gatewayResource('Authorizer', 'jwt', {
        ApiId: 'api',
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: issuer, Audience: ['client'] },
      }),
      ...routes.map((route, i) =>
        gatewayResource('Route', `route-${i}`, { ApiId: 'api', Target: 'integrations/lambda', ...route }),
      ),
    ],
  });
  return running;
}
const call = (path: string, init: RequestInit = {}) => fetch(`${running!.url}${path}`, init);

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
describe('routes', () => {
  const keys = ['GET /a/{id}', 'GET /a/all', 'ANY /a/{proxy+}', 'PUT /a/{id}/read', 'ANY /{proxy+}', '$default'];
  const table = [
    ['GET', '/a/7', 'GET /a/{id}', { id: '7' }],
    ['GET', '/a/all', 'GET /a/all', undefined],
    ['PUT', '/a/x%20y/read', 'PUT /a/{id}/read', { id: 'x y' }],
    ['POST', '/a/7', 'ANY /a/{proxy+}', { proxy: '7' }],
    ['GET', '/a/7/8', 'ANY /a/{proxy+}', { proxy: '7/8' }],
    ['GET', '/b/c', 'ANY /{proxy+}', { proxy: 'b/c' }],
    ['GET', '/', '$default', undefined],
  ] as const;
  it.each(table)('%s %s goes to %s', async (method, path, routeKey, pathParameters) => {
    await start((event) => ({ routeKey: event.routeKey, pathParameters: event.pathParameters }), {
      routes: keys.map((RouteKey) => ({ RouteKey })),
    });
    expect(await (await call(path, { method })).json()).toEqual({
      routeKey,
      ...(pathParameters && { pathParameters }),
    });
  });

  it.each([
    ['GET /', true],
    ['ANY /', true],
    ['POST /', false],
    ['ANY /{proxy+}', false],
    ['$default', false],
  ])('an API with %s owns the root: %s', async (RouteKey, ownsRoot) => {
    await start(() => 'never', { routes: [{ RouteKey }] });
    expect(running!.http.ownsRoot).toBe(ownsRoot);
  });

  it('leaves what no route takes to a 404', async () => {
    await start(() => 'never', { routes: [{ RouteKey: 'GET /a' }] });
    for (const [path, method] of [
      ['/b', 'GET'],
      ['/a', 'POST'],
      ['/a/', 'GET'],
    ] as const) {
      const response = await call(path, { method });
      expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
    }
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
describe('the event', () => {
  it('has the shape of payload format 2.0', async () => {
    const { eventsOf, port } = await start(() => null, {
      routes: [{ RouteKey: 'POST /a/{id}' }],
      stage: { StageVariables: { v: '1' } },
    });
    await call('/a/%C3%A9?x=1&x=2&y=a%20b', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: 'a=1; b=2', 'X-Many': 'one' },
      body: '{"n":1}',
    });
    const [event] = eventsOf('inbox');
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /a/{id}',
      rawPath: '/a/é',
      rawQueryString: 'x=1&x=2&y=a%20b',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { x: '1,2', y: 'a b' },
      pathParameters: { id: 'é' },
      stageVariables: { v: '1' },
      body: '{"n":1}',
      isBase64Encoded: false,
      headers: {
        'content-type': 'application/json',
        'x-many': 'one',
        'content-length': '7',
        'x-forwarded-for': '127.0.0.1',
      },
      requestContext: {
        accountId: '000000000000',
        apiId: 'api',
        domainName: `127.0.0.1:${port}`,
        http: { method: 'POST', path: '/a/é', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        routeKey: 'POST /a/{id}',
        stage: '$default',
      },
    });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.headers).not.toHaveProperty('connection');
    expect(event.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  });

  it('carries forms and bytes in base64, and leaves out what is absent', async () => {
    const { eventsOf } = await start(() => null);
    await call('/', { method: 'POST', body: new URLSearchParams({ a: '1' }) });
    await call('/', { method: 'POST', body: new Uint8Array([255, 0]), headers: { 'content-type': 'text/plain' } });
    await call('/');
    const [form, bytes, empty] = eventsOf('inbox');
    expect([form.isBase64Encoded, form.body]).toEqual([true, Buffer.from('a=1').toString('base64')]);
    expect([bytes.isBase64Encoded, bytes.body]).toEqual([true, '/wA=']);
    for (const name of ['body', 'cookies', 'queryStringParameters', 'pathParameters', 'stageVariables']) {
      expect(empty).not.toHaveProperty(name);
    }
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
describe('the response', () => {
  it('is taken from the result, cookies and bytes included', async () => {
    await start(() => ({
      statusCode: 201,
      headers: { 'X-A': 1 },
      cookies: ['a=1', 'b=2'],
      body: 'aGk=',
      isBase64Encoded: true,
    }));
    const response = await call('/');
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([201, '1', 'hi']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('apigw-requestid')).toMatch(/^.{15}=$/);
  });

  it('is inferred when the result names no status', async () => {
    await start((event) => (event.rawPath === '/text' ? 'plain' : { a: 1 }));
    expect(await (await call('/text')).text()).toBe('plain');
    const response = await call('/');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await response.json()).toEqual({ a: 1 });
  });

  it.each<[string, Handler]>([
    ['a thrown error', () => Promise.reject(new Error('no'))],
    ['a body that is an object', () => ({ statusCode: 200, body: {} })],
    ['a status out of range', () => ({ statusCode: 99 })],
    ['headers that HTTP cannot carry', () => ({ statusCode: 200, headers: { 'x-a': 'a\r\nb: c' } })],
    ['more than 6 MB', () => ({ statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024 + 1) })],
  ])('is 500 for %s', async (_what, handler) => {
    await start(handler);
    const response = await call('/');
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  it('is 503 when the function outlasts TimeoutInMillis', async () => {
    let finish = (_value: unknown) => {};
    const { clock } = await start(() => new Promise((resolve) => (finish = resolve)), {
      integration: { TimeoutInMillis: 60 },
    });
    const response = await call('/');
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
    finish(null);
    await clock.advance(1);
  });

  it('is 500 when no permission lets the API invoke the function', async () => {
    const { eventsOf, logged } = await start(() => 'x', {
      permission: 'arn:aws:execute-api:us-east-1:000000000000:other/*',
    });
    expect((await call('/')).status).toBe(500);
    expect(eventsOf('inbox')).toEqual([]);
    expect(logged[0]?.message).toContain('AWS::Lambda::Permission');
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
describe('limits', () => {
  it('refuses large headers, large bodies and large events', async () => {
    const { eventsOf } = await start(() => 'x');
    expect((await call('/', { headers: { 'x-a': 'a'.repeat(10_300) } })).status).toBe(431);
    expect((await call('/', { method: 'POST', body: 'a'.repeat(10 * 1024 * 1024 + 1) })).status).toBe(413);
    expect((await call('/', { method: 'POST', body: 'a'.repeat(6 * 1024 * 1024 + 1) })).status).toBe(413);
    expect(eventsOf('inbox')).toEqual([]);
  });

  it('throttles per route and refills with the clock', async () => {
    const { clock } = await start(() => 'x', {
      routes: [{ RouteKey: 'GET /a' }, { RouteKey: 'GET /b' }],
      stage: { DefaultRouteSettings: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 } },
    });
    const statuses = async (path: string) => (await call(path)).status;
    expect([await statuses('/a'), await statuses('/a'), await statuses('/a'), await statuses('/b')]).toEqual([
      200, 200, 429, 200,
    ]);
    await clock.advance(1);
    expect(await statuses('/a')).toBe(200);
  });

  it('is billed per 512 KB, refusals not at all', async () => {
    const { meter } = await start(() => 'x', {
      routes: [{ RouteKey: 'POST /a' }, { RouteKey: 'GET /b', AuthorizationType: 'AWS_IAM' }],
    });
    await call('/a', { method: 'POST', body: 'x'.repeat(512 * 1024 + 1) });
    await call('/b');
    expect(meter.read().units.http_api_requests).toBe(2);
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
describe('CORS', () => {
  const api = {
    CorsConfiguration: {
      AllowOrigins: ['https://a.test'],
      AllowMethods: ['GET'],
      AllowHeaders: ['authorization'],
      MaxAge: 60,
    },
  };
  it('answers preflights and replaces the headers of the function', async () => {
    const { eventsOf } = await start(
      () => ({ statusCode: 200, headers: { 'access-control-allow-origin': '*' }, body: 'x' }),
      { api },
    );
    const preflight = await call('/', {
      method: 'OPTIONS',
      headers: { origin: 'https://a.test', 'access-control-request-method': 'GET' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://a.test');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization');
    expect(preflight.headers.get('access-control-max-age')).toBe('60');
    expect(eventsOf('inbox')).toEqual([]);
    const allowed = await call('/', { headers: { origin: 'https://a.test' } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://a.test');
    const foreign = await call('/', { headers: { origin: 'https://b.test' } });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
describe('JWT', () => {
  const routes = [
    { RouteKey: 'GET /a', AuthorizationType: 'JWT', AuthorizerId: 'jwt' },
    { RouteKey: 'GET /admin', AuthorizationType: 'JWT', AuthorizerId: 'jwt', AuthorizationScopes: ['admin', 'root'] },
  ];
  const ask = (token: string, path = '/a') => call(path, { headers: { authorization: `Bearer ${token}` } });

  it('hands the claims on as strings, as AWS does', async () => {
    const { issuer, eventsOf } = await start(() => 'x', { routes });
    const token = await issuer.token({
      user_id: 'alice',
      scopes: ['openid', 'admin'],
      claims: { groups: ['a', 'b'], nothing: null, deep: { n: 1 }, yes: true },
    });
    expect((await ask(token)).status).toBe(200);
    expect((await ask(token, '/admin')).status).toBe(200);
    const [plain, admin] = eventsOf('inbox').map((event) => event.requestContext.authorizer.jwt);
    expect(plain.scopes).toBeNull();
    expect(admin.scopes).toEqual(['openid', 'admin']);
    expect(plain.claims).toMatchObject({
      sub: 'alice',
      client_id: 'client',
      scope: 'openid admin',
      groups: '[a b]',
      deep: '{"n":1}',
      yes: 'true',
      exp: expect.stringMatching(/^\d+$/),
    });
    expect(plain.claims).not.toHaveProperty('nothing');
  });

  it('refuses every token that is not right', async () => {
    const { issuer, clock, eventsOf, url } = await start(() => 'x', { routes });
    const good = await issuer.token({ user_id: 'alice' });
    const now = Math.floor(clock.now() / 1000);
    const payload = { sub: 'alice', iss: `${url}/pool`, client_id: 'client', exp: now + 60, iat: now };
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const kid = JSON.parse(Buffer.from(good.split('.')[0]!, 'base64url').toString()).kid;
    const forged = (header: object, key: any) => new SignJWT(payload).setProtectedHeader(header as any).sign(key);
    const bad: Record<string, string> = {
      'alg none': new UnsecuredJWT(payload).encode(),
      HS256: await forged({ alg: 'HS256', kid }, new TextEncoder().encode('x'.repeat(32))),
      'another key': await forged({ alg: 'RS256', kid }, privateKey),
      'unknown kid': await forged({ alg: 'RS256', kid: 'other' }, privateKey),
      'no kid': await forged({ alg: 'RS256' }, privateKey),
      tampered: `${good.slice(0, -6)}AAAAAA`,
      expired: await issuer.token({ user_id: 'alice', ttl_seconds: -1 }),
      'wrong issuer': await issuer.token({ user_id: 'alice', claims: { iss: 'https://elsewhere.test' } }),
      'wrong audience': await issuer.token({ user_id: 'alice', claims: { client_id: 'other' } }),
      'aud wins over client_id': await issuer.token({ user_id: 'alice', claims: { aud: 'other' } }),
      'not yet valid': await issuer.token({ user_id: 'alice', claims: { nbf: now + 100 } }),
      'from the future': await issuer.token({ user_id: 'alice', claims: { iat: now + 100 } }),
      garbage: 'a.b.c',
      'not a token': 'hello',
    };
    for (const [what, token] of Object.entries(bad)) {
      const response = await ask(token);
      expect([what, response.status, await response.json()]).toEqual([what, 401, { message: 'Unauthorized' }]);
      expect(response.headers.get('www-authenticate'), what).toMatch(
        /^Bearer scope="" error="invalid_token" error_description="[^"]+"$/,
      );
    }
    expect((await call('/a')).headers.get('www-authenticate')).toBe('Bearer');
    const unscoped = await ask(good, '/admin');
    expect([unscoped.status, await unscoped.json()]).toEqual([403, { message: 'Forbidden' }]);
    expect(eventsOf('inbox')).toEqual([]);
    expect((await ask(good)).status).toBe(200);
    await clock.advance(3601);
    expect((await ask(good)).status).toBe(401);
  });

  it('says which issuer it cannot reach', async () => {
    running = await startGateways({
      functions: { inbox: () => 'x' },
      resources: () => [
        ...lambdaFunction('inbox'),
        gatewayResource('Api', 'api', { ProtocolType: 'HTTP' }),
        gatewayResource('Stage', 'stage', { ApiId: 'api', StageName: '$default', AutoDeploy: true }),
        gatewayResource('Integration', 'lambda', {
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: lambdaUri('inbox'),
          PayloadFormatVersion: '2.0',
        }),
        gatewayResource('Authorizer', 'jwt', {
          AuthorizerType: 'JWT',
          JwtConfiguration: { Issuer: 'http://127.0.0.1:1/none', Audience: ['client'] },
        }),
        gatewayResource('Route', 'route', {
          ApiId: 'api',
          RouteKey: '$default',
          Target: 'integrations/lambda',
          AuthorizationType: 'JWT',
          AuthorizerId: 'jwt',
        }),
      ],
    });
    expect((await ask(await running.issuer.token({ user_id: 'alice' }))).status).toBe(500);
    expect(running.logged).toHaveLength(1);
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
describe('IAM', () => {
  class Sha256 {
    readonly #hash;
    constructor(secret?: any) {
      this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
    }
    update(data: any) {
      this.#hash.update(data);
    }
    async digest() {
      return new Uint8Array(this.#hash.digest());
    }
    reset() {}
  }
  const routes = [{ RouteKey: 'POST /internal/{thing}', AuthorizationType: 'AWS_IAM' }];
  const signed = async (credentials: any, { body = '{}', service = 'execute-api' } = {}) => {
    const signer = new SignatureV4({ service, region: 'us-east-1', sha256: Sha256 as any, credentials });
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      port: running!.port,
      path: '/internal/events',
      query: { a: 'b c' },
      headers: { host: running!.origin, 'content-type': 'application/json' },
      body,
    });
    return { method: 'POST', headers, body: '{}' };
  };
  const path = '/internal/events?a=b%20c';

  it('lets a right signature with the permission in, and says who it was', async () => {
    const { credentials, eventsOf } = await start(() => 'x', { routes });
    expect((await call(path, await signed(credentials.operator))).status).toBe(200);
    expect(eventsOf('inbox')[0].requestContext.authorizer.iam).toMatchObject({
      accessKey: credentials.operator.accessKeyId,
      accountId: '000000000000',
      userArn: 'arn:aws:iam::000000000000:user/operator',
    });
  });

  it('refuses everything else with 403', async () => {
    const { credentials, eventsOf } = await start(() => 'x', { routes });
    const powerless = credentials.issue({ name: 'f', arn: 'arn:f', statements: [] });
    const elsewhere = credentials.issue({
      name: 'g',
      arn: 'arn:g',
      statements: [
        { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: 'arn:aws:execute-api:*:*:api/*/POST/other' },
      ],
    });
    const attempts: Record<string, object> = {
      unsigned: { method: 'POST', body: '{}' },
      'wrong secret': await signed({ ...credentials.operator, secretAccessKey: 'no' }),
      'another body': await signed(credentials.operator, { body: '{"a":1}' }),
      'another service': await signed(credentials.operator, { service: 'events' }),
      'no permission': await signed(powerless),
      'permission for another path': await signed(elsewhere),
    };
    for (const [what, init] of Object.entries(attempts)) {
      const response = await call(path, init);
      expect([what, response.status, await response.json()]).toEqual([what, 403, { message: 'Forbidden' }]);
    }
    expect(eventsOf('inbox')).toEqual([]);
  });
});

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
describe('EventBridge-PutEvents', () => {
  const recorder = (seen: any[]): Service => ({
    name: 'events',
    signingName: 'events',
    decode: (request, who) => ({
      name: 'PutEvents',
      input: JSON.parse(request.body.toString()),
      permissions: [{ action: 'events:PutEvents', resource: 'arn:bus' }],
      run: async () => {
        seen.push({
          who: who.name,
          input: JSON.parse(request.body.toString()),
          target: request.headers['x-amz-target'],
        });
        return { FailedEntryCount: 0, Entries: [{ EventId: '1' }] };
      },
    }),
    encode: (_operation, result) => ({ status: 200, body: JSON.stringify(result) }),
    encodeError: (error) => ({ status: error.status, body: JSON.stringify({ message: error.message }) }),
  });

  it('puts one entry made of the mapped parameters, with the role of the integration', async () => {
    const seen: any[] = [];
    await start(() => 'x', {
      routes: [{ RouteKey: 'POST /events', Target: 'integrations/put' }],
      events: recorder(seen),
    });
    const ok = await call('/events', { method: 'POST', headers: { 'x-type': 'made' }, body: '{"detail":{"n":1}}' });
    expect([ok.status, await ok.json()]).toEqual([200, { FailedEntryCount: 0, Entries: [{ EventId: '1' }] }]);
    expect(seen).toEqual([
      {
        who: 'apigateway.amazonaws.com',
        target: 'AWSEvents.PutEvents',
        input: { Entries: [{ Detail: '{"n":1}', DetailType: 'made', Source: 'test', EventBusName: 'bus' }] },
      },
    ]);
    const missing = await call('/events', { method: 'POST', headers: { 'x-type': 'made' }, body: 'no json' });
    expect(missing.status).toBe(400);
    expect(((await missing.json()) as { message: string }).message).toContain(
      'Unable to resolve property Detail from source $request.body.detail',
    );
  });
});

describe('what is not emulated', () => {
  it.each<[string, Options]>([
    ['Body', { api: { Body: {} } }],
    ['AutoDeploy', { stage: { AutoDeploy: false } }],
    ['AccessPolicyId', { stage: { AccessPolicyId: 'x' } }],
    ['PayloadFormatVersion', { integration: { PayloadFormatVersion: '1.0' } }],
    ['TlsConfig', { integration: { TlsConfig: {} } }],
    ['AuthorizationType', { routes: [{ RouteKey: '$default', AuthorizationType: 'CUSTOM' }] }],
  ])('%s is an error at load that names it', async (property, options) => {
    await expect(start(() => 'x', options)).rejects.toThrow(property);
  });
});

it('survives a client that leaves in the middle of its body', async () => {
  const { port, works } = await start(() => 'x');
  await new Promise<void>((resolve) => {
    const half = request({ port, host: '127.0.0.1', method: 'POST', headers: { 'content-length': '100' } });
    half.on('error', () => resolve());
    half.write('half', () => half.destroy());
  });
  await works.idle(1_000);
  expect((await call('/')).status).toBe(200);
});
