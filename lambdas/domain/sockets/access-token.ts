// What a token must say beyond its issuer's signature: the same rules at the socket and at the REST API.
import { ADMIN_GROUP, ADMIN_SCOPES } from '../../../protocol/administrators.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { claimedTopics } from '../../../protocol/topic.ts';
import { EVERYONE, isUserId } from '../../../protocol/user-id.ts';
import type { TokenIdentity } from './ports.ts';

export type Claims = Record<string, unknown>;

export interface TokenParts {
  header: Record<string, unknown>;
  claims: Claims;
}

export interface TokenRules {
  /** For providers whose access tokens don't name their type: a token of no type is accepted as an access token. */
  acceptsUntyped: boolean;
}

/**
 * Of a token whose signature, issuer and audience are verified: the user it identifies; undefined when it is refused.
 */
export function identityOf(
  { header, claims }: TokenParts,
  { acceptsUntyped }: TokenRules,
  nowMs: number,
): TokenIdentity | undefined {
  const type = typeOf(header, claims);
  if (type === 'other' || (type === 'untyped' && !acceptsUntyped)) return undefined;
  // API Gateway refuses a token that does not name its key.
  if (typeof header.kid !== 'string') return undefined;
  const { sub, exp, iat } = claims;
  if (!isUserId(sub) || sub === EVERYONE) return undefined;
  if (!isTime(exp) || exp * 1000 <= nowMs) return undefined;
  if (iat !== undefined && (!isTime(iat) || iat * 1000 > nowMs)) return undefined;
  return {
    user_id: sub,
    ...(isUserId(claims.org_id) && { org_id: claims.org_id }),
    topics: claimedTopics(Array.isArray(claims.topics) ? claims.topics : []),
    expires_at: toTimestamp(exp * 1000),
    ...(iat !== undefined && { issued_at: toTimestamp(iat * 1000) }),
  };
}

/** By a Cognito group or by a scope, each compared whole. */
export function isAdministrator(claims: Claims): boolean {
  const groups = Array.isArray(claims['cognito:groups']) ? claims['cognito:groups'] : [];
  return groups.includes(ADMIN_GROUP) || [claims.scope, claims.scp].some(hasAdminScope);
}

/** RFC 6749: a scope claim is text, separated by spaces and nothing else. Some providers send a list. */
function hasAdminScope(claim: unknown): boolean {
  const scopes: unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return ADMIN_SCOPES.some((scope) => scopes.includes(scope));
}

/** The last second of the year 9999: timestamps on our wires have four digits for the year. */
const LATEST_SECONDS = 253_402_300_799;
const isTime = (value: unknown): value is number => typeof value === 'number' && value > 0 && value <= LATEST_SECONDS;

/** Header `typ` of access tokens: https://www.rfc-editor.org/rfc/rfc9068#section-2.1 */
const ACCESS_TYPES: unknown[] = ['at+jwt', 'application/at+jwt'];
const PLAIN_TYPES: unknown[] = ['jwt', undefined];
/** Only ID tokens have these: https://openid.net/specs/openid-connect-core-1_0.html#IDToken */
const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash'];

/** An ID token informs an app about its user; it does not authorise API calls. */
function typeOf(header: TokenParts['header'], claims: Claims): 'access' | 'untyped' | 'other' {
  // Bound to a key (RFC 7800), whose possession we don't ask to be proven.
  if (claims.cnf !== undefined) return 'other';
  const typ = typeof header.typ === 'string' ? header.typ.toLowerCase() : header.typ;
  const isAccess = ACCESS_TYPES.includes(typ);
  if (!isAccess && !PLAIN_TYPES.includes(typ)) return 'other';
  // Cognito's `token_use`, and Keycloak's `typ` among the claims.
  if (claims.token_use !== undefined) return claims.token_use === 'access' ? 'access' : 'other';
  if (claims.typ !== undefined) return claims.typ === 'Bearer' ? 'access' : 'other';
  if (isAccess) return 'access';
  return ID_TOKEN_CLAIMS.some((name) => claims[name] !== undefined) ? 'other' : 'untyped';
}
