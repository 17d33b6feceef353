// A REST call as the function gets it once the gateway has verified its token: header, and claims as text.
import { claimStrings } from '../../local/gateway/jwt-authorizer.ts';

export type TestClaims = Record<string, unknown>;
export interface VerifiedToken {
  headers: { authorization: string };
  event: { requestContext: { authorizer: { jwt: { claims: Record<string, string> } } } };
}

const FAR_OFF_SECONDS = 4_102_444_800;
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

export function verifiedToken(userId: string, more: TestClaims = {}): VerifiedToken {
  const claims = { sub: userId, token_use: 'access', exp: FAR_OFF_SECONDS, ...more };
  return {
    headers: { authorization: `Bearer ${encoded({ alg: 'RS256', kid: 'key' })}.${encoded(claims)}.c2lnbmF0dXJl` },
    event: { requestContext: { authorizer: { jwt: { claims: claimStrings(claims) } } } },
  };
}
