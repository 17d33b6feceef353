// Verifies JWTs of the configured OIDC issuer, by the same rules as the HTTP API's own JWT authorizer.
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { claimedTopics } from '../../../protocol/topic.ts';
import { isUserId } from '../../../protocol/user-id.ts';
import type { Clock } from '../../domain/model/ports.ts';
import type { TokenIdentity, Tokens } from '../../domain/sockets/ports.ts';

/** RSA only, as API Gateway's authorizer has it: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];
/** Longer text than any header API Gateway lets through is no token. */
const TOKEN_MAX_CHARACTERS = 10_240;
const DISCOVERY_TIMEOUT_MS = 1_500;

export function tokens(issuer: string, audience: string, clock: Clock): Tokens {
  let keys: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  const issuerKeys = () => {
    keys ??= discover(issuer).catch((error) => {
      keys = undefined; // The next connection asks again: an issuer that was down must not stay down for this container.
      throw error;
    });
    return keys;
  };
  return {
    async verify(unverifiedToken) {
      if (unverifiedToken.length > TOKEN_MAX_CHARACTERS || unverifiedToken.split('.').length !== 3) return undefined;
      const findKey = await issuerKeys();
      let claims: JWTPayload;
      try {
        const verified = await jwtVerify(unverifiedToken, findKey, {
          issuer,
          algorithms: ALGORITHMS,
          requiredClaims: ['exp', 'sub'],
          currentDate: new Date(clock.now()),
        });
        claims = verified.payload;
      } catch (error) {
        if (error instanceof errors.JWKSTimeout) throw error;
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
      // A subject that is no text, null say, must not become the user "null".
      return typeof claims.sub === 'string' && isForAudience(claims, audience)
        ? identityOf(claims, claims.sub)
        : undefined;
    },
  };
}

async function discover(issuer: string): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`The issuer's discovery document answered ${response.status}.`);
  const { jwks_uri: jwksUri } = (await response.json()) as { jwks_uri: string };
  return createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: DISCOVERY_TIMEOUT_MS });
}

/** Cognito's access tokens name their client in `client_id` and have no `aud`. */
function isForAudience(claims: JWTPayload, audience: string): boolean {
  const named = claims.aud ?? claims.client_id;
  const accepted = audience.split(',');
  return (Array.isArray(named) ? named : [named]).some((name) => typeof name === 'string' && accepted.includes(name));
}

function identityOf(claims: JWTPayload, subject: string): TokenIdentity {
  const named = Array.isArray(claims.topics) ? claims.topics : [];
  return {
    user_id: subject,
    ...(isUserId(claims.org_id) && { org_id: claims.org_id }),
    topics: claimedTopics(named),
    expires_at: toTimestamp(Number(claims.exp) * 1000),
    ...(typeof claims.iat === 'number' && { issued_at: toTimestamp(claims.iat * 1000) }),
  };
}
