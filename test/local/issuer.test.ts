// The development issuer: what it publishes verifies what it signs.
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterEach, expect, it } from 'vitest';
import { type Gateways, startGateways } from './gateway/gateway-fixture.ts';

let gateways: Gateways;
afterEach(() => gateways.close());

const getJson = async (address: string): Promise<any> => (await fetch(address)).json();

it('signs access tokens that verify through discovery', async () => {
  gateways = await startGateways({ resources: () => [] });
  const { url, issuer, clock } = gateways;
  const discovery = await getJson(`${url}/pool/.well-known/openid-configuration`);
  expect(discovery).toMatchObject({ issuer: `${url}/pool`, jwks_uri: `${url}/pool/.well-known/jwks.json` });
  const token = await issuer.token({
    user_id: 'alice',
    scopes: ['a', 'b'],
    ttl_seconds: 60,
    claims: { topics: ['chat:1'] },
  });
  const { payload, protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(discovery.jwks_uri)), {
    issuer: `${url}/pool`,
  });
  expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
  expect(payload).toMatchObject({
    sub: 'alice',
    username: 'alice',
    client_id: 'client',
    token_use: 'access',
    scope: 'a b',
    topics: ['chat:1'],
    jti: expect.any(String),
  });
  expect(payload.exp! - payload.iat!).toBe(60);
  const keys = await getJson(discovery.jwks_uri);
  expect(keys.keys[0]).not.toHaveProperty('d');
  await clock.advance(3_600);
  const later = JSON.parse(Buffer.from((await issuer.token({ user_id: 'a' })).split('.')[1]!, 'base64url').toString());
  expect(later.iat - payload.iat!).toBeGreaterThanOrEqual(3_600);
  expect((await fetch(`${url}/elsewhere/.well-known/jwks.json`)).status).toBe(404);
  expect((await fetch(`${url}/pool/.well-known/jwks.json`, { method: 'POST' })).status).toBe(404);
});
