// Any event, REST call, frame or token: an answer that blames nobody else, and never a dead letter. `npm run fuzz`
// takes 50,000.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userRows } from '../../lambdas/aws/delivery/user-rows.ts';
import { tokens } from '../../lambdas/aws/sockets/tokens.ts';
import type { AuthorizerContext } from '../../lambdas/gateway-event.ts';
import { type JwtAuthorizer, jwtAuthorizer } from '../../local/gateway/jwt-authorizer.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import { type Client, functionsInMemory } from '../support/functions-in-memory.ts';
import { importHandlers } from '../support/import-handlers.ts';
import { startTableEngine, type TableEngine, tablePorts } from '../support/table-engine.ts';
import { anyCall, anyEvent, anyFrame, anyToken, USERS, validClaims } from './any-request.ts';

/** Of all four kinds together. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 600);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const OPTIONS = { numRuns: Math.ceil(RUNS / 4), seed: SEED, endOnFailure: process.env.FUZZ_SHRINK === undefined };
const WITHIN_MS = 30_000 + RUNS * 60;
const CLIENT = 'my-app';
/** Each way that an answer can take is taken at least once, whatever the seed. */
const EVENTS = [
  { detailType: 'notification.requested', detail: '{}', id: '1', source: 'orders' },
  {
    detailType: 'notification.requested',
    detail: '{"user_id":"alice","title":"T","message":"M","notification_type":"system"}',
    id: '2',
    source: 'orders',
  },
];
const LIST = { method: 'GET', path: '/api/v2/notifications', auth: 'jwt', id: '', body: undefined } as const;
const CALLS = [
  { ...LIST, search: '', userId: 'alice' },
  { ...LIST, search: 'size=0', userId: 'alice' },
  { ...LIST, path: '/nowhere', search: '', userId: 'alice' },
];

const system = functionsInMemory();
const { memory, clock } = system;
let engine: TableEngine;
beforeAll(async () => {
  // A real engine, because what it refuses is a fault that memory does not have.
  engine = await startTableEngine({});
  const { rateLimits: _, ...ports } = tablePorts(engine.table, clock);
  // A limit that is used up would answer for everything behind it.
  Object.assign(system.deps, ports, { rateLimits: { take: async () => true }, userRows: userRows(engine.table) });
});
afterAll(() => engine.close());

/** No function threw, and no message was given up or is to be tried again: nothing here fails by itself. */
function nothingFailed(): void {
  const { dispatch, fanout, deadLetters } = memory.queues;
  const failed = [...dispatch.all(), ...fanout.all()].filter(({ receiveCount }) => receiveCount > 0);
  expect([...failed, ...deadLetters.all()].map((message) => [message.body, message.attributes])).toEqual([]);
}

describe(`with FUZZ_SEED=${SEED}`, () => {
  it('every event is carried out or rejected with a reason', { timeout: WITHIN_MS }, async () => {
    const events = { rejected: 0, carriedOut: 0 };
    await fc.assert(
      fc.asyncProperty(anyEvent, async ({ detailType, detail, id, source }) => {
        clock.ms += 50;
        const at = toTimestamp(clock.ms);
        const head = JSON.stringify({ id, 'detail-type': detailType, source, time: at, ingested_at: at });
        memory.queues.dispatch.send(`${head.slice(0, -1)},"detail":${detail}}`);
        await system.run();
        nothingFailed();
        const rejected = memory.queues.rejected.all();
        for (const { id: rejectedId, attributes } of rejected) {
          expect(attributes.reason).toMatch(/./);
          memory.queues.rejected.delete(rejectedId);
        }
        events[rejected.length > 0 ? 'rejected' : 'carriedOut']++;
      }),
      { ...OPTIONS, examples: EVENTS.map((one) => [one] as [typeof one]) },
    );
    // Neither all nor none: the examples see to it that both ways are taken.
    expect(events.rejected).toBeGreaterThan(0);
    expect(events.carriedOut).toBeGreaterThan(0);
  });

  it('what is due later is carried out too', { timeout: WITHIN_MS }, async () => {
    await system.advance(20 * 60);
    nothingFailed();
  });

  it('every REST call is answered, never with 5xx', { timeout: WITHIN_MS }, async () => {
    let known = '00000000-0000-7000-8000-000000000000';
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(anyCall, async ({ method, path: template, auth, id, search, body, userId }) => {
        clock.ms += 50;
        const path = template.replace(/\{\w+\}/, () => (id === 'known' ? known : id));
        const target = search === '' ? path : `${path}?${search}`;
        const reply =
          auth === 'jwt' ? await system.as(userId, method, target, body) : await system.call(method, target, body);
        known = reply.body?.notifications?.[0]?.id ?? known;
        statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
        expect([reply.status, reply.body]).toSatisfy(([status]: [number]) => status >= 200 && status < 500);
        await system.run();
        nothingFailed();
      }),
      { ...OPTIONS, examples: CALLS.map((one) => [one] as [typeof one]) },
    );
    for (const status of [200, 400, 404]) expect(statuses.get(status)).toBeGreaterThan(0);
  });

  it('every frame is answered, never with internal_error', { timeout: WITHIN_MS }, async () => {
    const clients: Client[] = [];
    for (const user of USERS) clients.push(await system.connect(user, { topics: ['chat:1'], org_id: 'acme' }));
    await fc.assert(
      fc.asyncProperty(fc.nat(USERS.length - 1), anyFrame, async (which, frame) => {
        clock.ms += 50;
        const { frames, send } = clients[which]!;
        frames.length = 0;
        const answer = await send(frame);
        expect([answer, ...frames].map((one) => one?.code)).not.toContain('internal_error');
        await system.run();
        nothingFailed();
      }),
      OPTIONS,
    );
  });

  it('every token opens a socket and the HTTP API, or neither', { timeout: WITHIN_MS }, async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'key', alg: 'RS256', use: 'sig' };
    let issuer = '';
    const server = createServer((req, res) => {
      const isKeys = req.url === '/keys';
      res.end(JSON.stringify(isKeys ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const check = tokens({ issuer, audiences: [CLIENT], acceptsUntyped: false }, clock);
    const gateway = authorizerOf(issuer);
    Object.assign(system.deps, { tokens: check, tokenRules: { acceptsUntyped: false } });
    const { inbox } = await importHandlers();
    let opened = 0;
    const now = Math.floor(clock.ms / 1_000);
    /** Both functions of the handshake: the second one refuses who has logged out. */
    const opens = async (authorization: string): Promise<boolean> => {
      try {
        const { context } = await system.authorize({ headers: { authorization } });
        await (await system.open(context as AuthorizerContext)).close();
        return true;
      } catch (error) {
        expect((error as Error).message).toMatch(/^(Unauthorized|refused with 401)$/);
        return false;
      }
    };
    try {
      await fc.assert(
        fc.asyncProperty(anyToken(now, issuer, CLIENT), async ([claims, header]) => {
          const token = await new CompactSign(new TextEncoder().encode(claims))
            .setProtectedHeader({ alg: 'RS256', kid: 'key', ...header })
            .sign(privateKey);
          const authorization = `Bearer ${token}`;
          const atSocket = await opens(authorization);
          const verdict = await gateway({ headers: { authorization } } as never, '', []);
          const event = {
            version: '2.0',
            rawPath: '/api/v2/notifications/unread-count',
            rawQueryString: '',
            headers: { authorization, host: 'example.test' },
            requestContext: {
              http: { method: 'GET', path: '/api/v2/notifications/unread-count' },
              domainName: 'example.test',
              ...(verdict.ok && { authorizer: { jwt: verdict.jwt } }),
            },
          };
          const reply: any = verdict.ok ? await inbox(system.deps, event as never, {} as never) : verdict;
          const status = verdict.ok ? reply.statusCode : verdict.status;
          expect([claims, atSocket, status]).toEqual([claims, atSocket, atSocket ? 200 : 401]);
          if (atSocket) opened++;
        }),
        { ...OPTIONS, examples: [[[validClaims(now, issuer, CLIENT), {}]], [[validClaims(now, 'other', CLIENT), {}]]] },
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect(opened).toBeGreaterThan(0);
    expect(opened).toBeLessThan(OPTIONS.numRuns);
  });
});

function authorizerOf(issuer: string): JwtAuthorizer {
  const properties = {
    ApiId: 'api',
    Name: 'jwt',
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: issuer, Audience: [CLIENT] },
  };
  const type = 'AWS::ApiGatewayV2::Authorizer';
  return jwtAuthorizer({ logicalId: 'Jwt', type, ref: 'jwt', properties, attributes: {} }, clock as never);
}
