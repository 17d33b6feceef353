// The HTTP API's JWT authorizer.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
import type { IncomingMessage } from 'node:http';
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../clock.ts';
import type { Resource } from '../stack.ts';
import { checkProperties, notEmulated } from './check-properties.ts';
import { signingKeys } from './jwt-signing-keys.ts';

export type JwtVerdict =
  | { ok: true; jwt: { claims: Record<string, string>; scopes: string[] | null } }
  | { ok: false; status: 401 | 403; challenge: string };

export type JwtAuthorizer = (req: IncomingMessage, query: string, routeScopes: string[]) => Promise<JwtVerdict>;

/** API Gateway takes RSA signatures only: `none`, HMAC and elliptic curves are refused. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

export function jwtAuthorizer(resource: Resource, clock: Clock): JwtAuthorizer {
  checkProperties(resource);
  const { AuthorizerType, JwtConfiguration, IdentitySource = [] } = resource.properties;
  if (AuthorizerType !== 'JWT') notEmulated(resource, 'AuthorizerType', AuthorizerType, 'HTTP APIs here know JWT.');
  const issuer: string = JwtConfiguration.Issuer;
  const audiences: string[] = JwtConfiguration.Audience ?? [];
  const source = [IdentitySource].flat()[0] ?? '$request.header.Authorization';
  const [, place, name] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (!place || !name) notEmulated(resource, 'IdentitySource', source);
  const keyFor = signingKeys(issuer, clock);

  const refuse = (description: string): JwtVerdict => ({
    ok: false,
    status: 401,
    challenge: `Bearer scope="" error="invalid_token" error_description="${description}"`,
  });

  return async (req, query, routeScopes) => {
    const sent =
      place === 'header' ? req.headers[name.toLowerCase()] : (new URLSearchParams(query).get(name) ?? undefined);
    const token = String(sent ?? '')
      .replace(/^bearer /i, '')
      .trim();
    if (token === '') return { ok: false, status: 401, challenge: 'Bearer' };
    let claims: JWTPayload;
    try {
      const { alg, kid } = decodeProtectedHeader(token);
      if (!ALGORITHMS.includes(alg ?? '')) return refuse('the token is signed with an algorithm that is not allowed');
      if (typeof kid !== 'string') return refuse('the token does not name its key');
      const options = {
        algorithms: ALGORITHMS,
        issuer,
        currentDate: new Date(clock.now()),
        requiredClaims: ['exp'],
      };
      claims = (await jwtVerify(token, keyFor, options)).payload;
    } catch (error) {
      if (error instanceof TypeError || error instanceof errors.JOSEError) return refuse(describe(error));
      throw error;
    }
    if (claims.iat !== undefined && claims.iat > clock.now() / 1000)
      return refuse('the token was issued in the future');
    if (!hasAudience(claims, audiences)) return refuse('the token does not have a valid audience');
    const scopes = scopesOf(claims);
    if (routeScopes.length > 0 && !routeScopes.some((scope) => scopes.includes(scope))) {
      const wanted = routeScopes.join(' ');
      const challenge = `Bearer scope="${wanted}" error="insufficient_scope" error_description="the token does not have a required scope"`;
      return { ok: false, status: 403, challenge };
    }
    return { ok: true, jwt: { claims: claimStrings(claims), scopes: routeScopes.length > 0 ? scopes : null } };
  };
}

/** `client_id` counts only when there is no `aud`, as Cognito's access tokens have none. */
function hasAudience(claims: JWTPayload, audiences: string[]): boolean {
  const claimed = claims.aud === undefined ? [claims.client_id] : [claims.aud].flat();
  return claimed.some((audience) => typeof audience === 'string' && audiences.includes(audience));
}

function scopesOf(claims: JWTPayload): string[] {
  const value = claims.scp ?? claims.scope ?? [];
  const list: unknown[] = typeof value === 'string' ? value.split(' ') : [value].flat();
  return list.filter((scope): scope is string => typeof scope === 'string' && scope !== '');
}

/**
 * Claims reach a function as strings: arrays in brackets with spaces, null left out, objects as JSON. Measured on AWS
 * by
 * https://github.com/floci-io/floci/pull/2011.
 */
export function claimStrings(claims: JWTPayload): Record<string, string> {
  const present = Object.entries(claims).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, claimString(value)]));
}

function claimString(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimString).join(' ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function describe(error: Error): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return 'the token does not have a valid issuer';
    if (error.claim === 'nbf') return 'the token is not valid yet';
    return `the token does not have a valid ${error.claim}`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature of the token is not valid';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the key of the token is not known';
  return 'the token is malformed';
}
