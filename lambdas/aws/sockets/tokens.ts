// Verifies JWTs of the configured OIDC issuer, by the same rules as the HTTP API's own JWT authorizer.
import { createRemoteJWKSet, decodeProtectedHeader, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '../../domain/model/ports.ts';
import { identityOf, type TokenParts, type TokenRules } from '../../domain/sockets/access-token.ts';
import type { Tokens } from '../../domain/sockets/ports.ts';

/**
 * RSA only, as API Gateway's authorizer has it:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];
/** Longer text than any header API Gateway lets through is no token. */
const TOKEN_MAX_CHARACTERS = 10_240;
const DISCOVERY_TIMEOUT_MS = 1_500;

export interface TokenSettings extends TokenRules {
  issuer: string;
  audiences: readonly string[];
}

export function tokens({ issuer, audiences, ...rules }: TokenSettings, clock: Clock): Tokens {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return {
    async verify(unverifiedToken) {
      if (unverifiedToken.length > TOKEN_MAX_CHARACTERS || unverifiedToken.split('.').length !== 3) return undefined;
      if (!namesKey(unverifiedToken)) return undefined;
      let parts: TokenParts;
      try {
        keys ??= discover(issuer);
        const findKey = await keys;
        const { protectedHeader, payload } = await jwtVerify(unverifiedToken, findKey, {
          issuer,
          algorithms: ALGORITHMS,
          requiredClaims: ['exp', 'sub'],
          currentDate: new Date(clock.now()),
        });
        parts = { header: { ...protectedHeader }, claims: payload };
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        keys = undefined; // The next connection asks again: an issuer that was down must not stay down for this container.
        throw error;
      }
      return isForAudience(parts.claims, audiences) ? identityOf(parts, rules, clock.now()) : undefined;
    },
  };
}

/** Without a key id, several keys may match: API Gateway refuses such a token. */
function namesKey(unverifiedToken: string): boolean {
  try {
    return typeof decodeProtectedHeader(unverifiedToken).kid === 'string';
  } catch {
    return false; // No JSON: not a token.
  }
}

/** Throws anything but a JOSEError when the issuer is at fault, so that its outage is not reported as a bad token. */
async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`The issuer's discovery document answered ${response.status}.`);
  const found = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown } | null;
  // https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
  if (found?.issuer !== issuer) throw new Error(`The discovery document of ${issuer} names another issuer.`);
  if (typeof found.jwks_uri !== 'string') throw new Error(`The discovery document of ${issuer} names no jwks_uri.`);
  const findKey = createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: DISCOVERY_TIMEOUT_MS });
  return async (header, token) => {
    try {
      return await findKey(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) throw error;
      throw new Error(`The keys of ${issuer} cannot be read: ${(error as Error).message}`, { cause: error });
    }
  };
}

/** Cognito's access tokens name their client in `client_id` and have no `aud`. */
function isForAudience(claims: Record<string, unknown>, audiences: readonly string[]): boolean {
  const named = claims.aud === undefined ? [claims.client_id] : [claims.aud].flat();
  return named.some((name) => typeof name === 'string' && audiences.includes(name));
}
