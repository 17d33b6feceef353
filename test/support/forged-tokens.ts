// Tokens that must open nothing: each breaks one rule of https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
import { decodeJwt, decodeProtectedHeader, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import { EVERYONE } from '../../protocol/user-id.ts';
import type { StackUnderTest } from './stack-under-test.ts';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Name and token of each; `userId` is whom they claim to speak for. */
export async function forgedTokens(stack: StackUnderTest, userId: string): Promise<Record<string, string>> {
  const good = await stack.token(userId);
  const claims = decodeJwt(good);
  const header = decodeProtectedHeader(good) as JWTHeaderParameters;
  const [head, payload, signature] = good.split('.') as [string, string, string];
  const { jwks_uri: jwksUri } = await getJson(`${stack.outputs.issuer}/.well-known/openid-configuration`);
  const { keys } = await getJson(jwksUri);
  const stranger = await generateKeyPair('RS256');
  const byStranger = (changed: Partial<JWTHeaderParameters> = {}) =>
    new SignJWT(claims).setProtectedHeader({ ...header, ...changed }).sign(stranger.privateKey);
  const withPublicKey = new SignJWT(claims)
    .setProtectedHeader({ ...header, alg: 'HS256' })
    .sign(new TextEncoder().encode(JSON.stringify(keys[0])));
  const nowSeconds = Math.floor((await stack.now()) / 1000);
  /** A claim of null is as good as none: JSON has no way to take one away. */
  const withClaims = (changed: Record<string, unknown>) => stack.token(userId, { claims: changed });
  return {
    'signed by another key': await byStranger(),
    'of an unknown key': await byStranger({ kid: 'unknown' }),
    'of no key': await byStranger({ kid: undefined }),
    'signed with the public key as a secret': await withPublicKey,
    'alg none, no signature': `${base64url({ ...header, alg: 'none' })}.${payload}.`,
    'alg none in capitals': `${base64url({ ...header, alg: 'NONE' })}.${payload}.`,
    'alg none, the old signature': `${base64url({ ...header, alg: 'none' })}.${payload}.${signature}`,
    'another subject under the old signature': `${head}.${base64url({ ...claims, sub: 'root' })}.${signature}`,
    'without its signature': `${head}.${payload}.`,
    'with a broken signature': `${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    expired: await stack.token(userId, { ttl_seconds: -10 }),
    'that never expires': await withClaims({ exp: null }),
    'not valid yet': await withClaims({ nbf: nowSeconds + 3_600 }),
    'of another issuer': await withClaims({ iss: 'https://issuer.example.com' }),
    'of no issuer': await withClaims({ iss: null }),
    'for another audience': await withClaims({ aud: 'another-client', client_id: null }),
    'for another client': await withClaims({ client_id: 'another-client' }),
    'for another audience, by our client': await withClaims({ aud: 'another-client' }),
    'for nobody': await withClaims({ client_id: null }),
    'of no subject': await withClaims({ sub: null }),
    'that speaks for everyone': await stack.token(EVERYONE),
    'whose subject is no user id': await stack.token('a#b c'),
    'of garbage': 'a.b.c',
    'of two parts': `${head}.${payload}`,
    'of five parts': `${good}.x.y`,
    empty: '',
    'far too long': 'x'.repeat(3_000),
  };
}

async function getJson(url: string): Promise<any> {
  return (await fetch(url)).json();
}
