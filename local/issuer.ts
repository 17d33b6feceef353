// An OpenID Connect issuer for development: signs access tokens shaped like Cognito's and publishes its key.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Clock } from './clock.ts';

export interface TokenRequest {
  user_id: string;
  scopes?: string[];
  /** Default 3,600. Negative makes a token that has expired already. */
  ttl_seconds?: number;
  /** Added to the payload; may replace what would be there. */
  claims?: Record<string, unknown>;
}

export interface Issuer {
  /** Serves discovery and keys; false when the path isn't the issuer's. */
  handle(req: IncomingMessage, res: ServerResponse): boolean;
  token(request: TokenRequest): Promise<string>;
}

export interface IssuerOptions {
  /** The `iss` claim, e.g. `http://127.0.0.1:4280/us-east-1_local`. */
  issuerUrl: string;
  clientId: string;
  clock: Clock;
}

const DEFAULT_TTL_SECONDS = 3_600;

export function createIssuer({ issuerUrl, clientId, clock }: IssuerOptions): Issuer {
  const keys = signingKeys();
  // Whoever needs the key hears of a failure; without this line it would also end the process.
  keys.catch(() => {});
  const base = new URL(issuerUrl).pathname.replace(/\/$/, '');
  const documents: Record<string, () => Promise<unknown>> = {
    [`${base}/.well-known/openid-configuration`]: async () => ({
      issuer: issuerUrl,
      jwks_uri: `${issuerUrl.replace(/\/$/, '')}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['token'],
      subject_types_supported: ['public'],
    }),
    [`${base}/.well-known/jwks.json`]: async () => ({ keys: [(await keys).publicJwk] }),
  };

  return {
    handle(req, res) {
      const document = documents[(req.url ?? '').split('?')[0] ?? ''];
      if (!document || (req.method !== 'GET' && req.method !== 'HEAD')) return false;
      document().then(
        (body) => {
          res.writeHead(200, { 'content-type': 'application/json' });
          res.end(JSON.stringify(body));
        },
        () => res.writeHead(500).end(),
      );
      return true;
    },
    async token({ user_id, scopes = ['openid'], ttl_seconds = DEFAULT_TTL_SECONDS, claims = {} }) {
      const { privateKey, publicJwk } = await keys;
      const nowSeconds = Math.floor(clock.now() / 1000);
      // Never later than now: an expired token must have been issued before it expired.
      const issuedAt = Math.min(nowSeconds, nowSeconds + ttl_seconds);
      return new SignJWT({
        sub: user_id,
        iss: issuerUrl,
        client_id: clientId,
        token_use: 'access',
        scope: scopes.join(' '),
        auth_time: issuedAt,
        iat: issuedAt,
        exp: nowSeconds + ttl_seconds,
        jti: randomUUID(),
        username: user_id,
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: publicJwk.kid, typ: 'JWT' })
        .sign(privateKey);
    },
  };
}

async function signingKeys() {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  const publicJwk = { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'RS256', use: 'sig' };
  return { privateKey, publicJwk };
}
