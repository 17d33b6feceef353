// Tokens at the socket, verified against an issuer that answers over HTTP, and one that answers badly.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tokens } from '../../../../lambdas/aws/sockets/tokens.ts';

type Answer = (res: ServerResponse) => void;
const json =
  (body: unknown): Answer =>
  (res) =>
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const status =
  (code: number): Answer =>
  (res) =>
    res.writeHead(code).end('{}');
const text: Answer = (res) => res.writeHead(200).end('<html>');
const silence: Answer = () => undefined;

const NOW_MS = Date.UTC(2030, 0, 1);
const CLIENT = 'my-app';
let issuer = '';
let answers: { configuration: Answer; keys: Answer };
let pair: Awaited<ReturnType<typeof generateKeyPair>>;
let jwk: object;
const server = createServer((req, res) =>
  (req.url?.endsWith('/openid-configuration') ? answers.configuration : answers.keys)(res),
);

beforeAll(async () => {
  pair = await generateKeyPair('RS256');
  jwk = { ...(await exportJWK(pair.publicKey)), kid: 'key', alg: 'RS256', use: 'sig' };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pool`;
});
beforeEach(() => {
  answers = { configuration: json({ issuer, jwks_uri: `${issuer}/keys` }), keys: json({ keys: [jwk] }) };
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const verify = (token: string, audiences = [CLIENT, 'other-app']) =>
  tokens({ issuer, audiences, acceptsUntyped: false }, { now: () => NOW_MS }).verify(token);
const signed = (claims: object = {}, header: object = {}) =>
  new SignJWT({
    sub: 'alice',
    iss: issuer,
    client_id: CLIENT,
    token_use: 'access',
    exp: NOW_MS / 1_000 + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'key', ...header })
    .sign(pair.privateKey);

describe('a token', () => {
  it('identifies its user, by any of the audiences', async () => {
    const expected = { user_id: 'alice', topics: [], expires_at: '2030-01-01T00:01:00.000Z' };
    expect(await verify(await signed())).toEqual(expected);
    expect(await verify(await signed({ aud: ['x', 'other-app'], client_id: 'x' }))).toEqual(expected);
  });

  it.each([
    [{ aud: `${CLIENT}s` }],
    [{ aud: 'app' }],
    [{ aud: '' }],
    [{ aud: [] }],
    [{ aud: null }],
    [{ aud: `${CLIENT},other-app` }],
    [{ client_id: '' }],
    [{ client_id: [CLIENT] }],
    [{ client_id: undefined }],
    [{ client_id: `${CLIENT} ` }],
  ])('is refused for another audience: %j', async (claims) => {
    expect(await verify(await signed(claims))).toBeUndefined();
  });

  it('is refused of another key, of no key, and when it is no token', async () => {
    for (const token of [await signed({}, { kid: 'k2' }), await signed({}, { kid: undefined }), 'a.b.c', '..', 'x']) {
      expect(await verify(token)).toBeUndefined();
    }
  });
});

describe('an issuer at fault makes the check fail, never the token: ', () => {
  it.each<[string, () => Partial<typeof answers>]>([
    ['its configuration is missing', () => ({ configuration: status(404) })],
    ['its configuration fails', () => ({ configuration: status(500) })],
    ['its configuration is no JSON', () => ({ configuration: text })],
    ['its configuration is null', () => ({ configuration: json(null) })],
    ['its configuration names no keys', () => ({ configuration: json({ issuer }) })],
    [
      'its configuration names another issuer',
      () => ({ configuration: json({ issuer: `${issuer}/`, jwks_uri: `${issuer}/keys` }) }),
    ],
    ['its configuration names no issuer', () => ({ configuration: json({ jwks_uri: `${issuer}/keys` }) })],
    ['its configuration never comes', () => ({ configuration: silence })],
    ['its keys are missing', () => ({ keys: status(404) })],
    ['its keys fail', () => ({ keys: status(503) })],
    ['its keys are no JSON', () => ({ keys: text })],
    ['its keys are no key set', () => ({ keys: json({ keys: 'none' }) })],
    ['its key cannot be read', () => ({ keys: json({ keys: [{ ...jwk, n: undefined }] }) })],
    ['its keys never come', () => ({ keys: silence })],
  ])('%s', async (_, broken) => {
    const token = await signed();
    const check = tokens({ issuer, audiences: [CLIENT], acceptsUntyped: false }, { now: () => NOW_MS });
    const sound = answers;
    answers = { ...answers, ...broken() };
    await expect(check.verify(token)).rejects.toThrow();
    answers = sound;
    expect(await check.verify(token)).toMatchObject({ user_id: 'alice' });
  });
});
