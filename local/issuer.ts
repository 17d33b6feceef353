// An OpenID Connect issuer for development: signs access tokens shaped like Cognito's and publishes its key.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';

export interface TokenRequest {
  user_id: string;
  scopes?: string[];
  /** Default 3,600. Negative makes a token that has expired already. */
  ttl_seconds?: number;
  /** Added to the payload; may replace what would be there. */
  claims?: Record<string, unknown>;
  /** Added to the header, in the same way. */
  header?: Record<string, unknown>;
  /** Claims and header parameters to leave out. */
  without?: string[];
}

export interface Issuer {
  /** Serves discovery and keys, or fails as an injected fault says; false when the path isn't the issuer's. */
  handle(req: IncomingMessage, res: ServerResponse): boolean;
  token(request: TokenRequest): Promise<string>;
}

export interface IssuerOptions {
  /** The `iss` claim, e.g. `http://127.0.0.1:4280/us-east-1_local`. */
  issuerUrl: string;
  clientId: string;
  clock: Clock;
  faults?: Faults;
}

const DEFAULT_TTL_SECONDS = 3_600;

export function createIssuer({ issuerUrl, clientId, clock, faults }: IssuerOptions): Issuer {
  const keys = signingKeys();
  // A caller that needs the key gets the failure; without this line it would also end the process.
  keys.catch(() => {});
  const base = new URL(issuerUrl).pathname.replace(/\/$/, '');
  /** By path: the operation a fault names, and the document. */
  const documents: Record<string, [operation: string, body: () => Promise<unknown>]> = {
    [`${base}/.well-known/openid-configuration`]: [
      'GetConfiguration',
      async () => ({
        issuer: issuerUrl,
        jwks_uri: `${issuerUrl.replace(/\/$/, '')}/.well-known/jwks.json`,
        id_token_signing_alg_values_supported: ['RS256'],
        response_types_supported: ['token'],
        subject_types_supported: ['public'],
      }),
    ],
    [`${base}/.well-known/jwks.json`]: ['GetKeys', async () => ({ keys: [(await keys).publicJwk] })],
  };

  return {
    handle(req, res) {
      const document = documents[(req.url ?? '').split('?')[0] ?? ''];
      if (!document || (req.method !== 'GET' && req.method !== 'HEAD')) return false;
      const [operation, body] = document;
      const applied = faults?.apply({ function: '', service: 'oidc', operation }) ?? { latencyMs: 0 };
      const answer = async () => {
        if (applied.latencyMs > 0) await delay(applied.latencyMs);
        if (applied.kind !== undefined) return res.writeHead(applied.kind === 'throttle' ? 429 : 500).end();
        res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(await body()));
      };
      answer().catch(() => res.writeHead(500).end());
      return true;
    },
    async token({ user_id, scopes = ['openid'], ttl_seconds = DEFAULT_TTL_SECONDS, claims, header, without = [] }) {
      const { privateKey, publicJwk } = await keys;
      const nowSeconds = Math.floor(clock.now() / 1000);
      // Never later than now: an expired token must have been issued before it expired.
      const issuedAt = Math.min(nowSeconds, nowSeconds + ttl_seconds);
      const kept = <T extends object>(part: T) =>
        Object.fromEntries(Object.entries(part).filter(([name]) => !without.includes(name)));
      const payload = kept({
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
      });
      const protectedHeader = { alg: 'RS256', ...kept({ kid: publicJwk.kid, typ: 'JWT', ...header }) };
      return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(privateKey);
    },
  };
}

async function signingKeys() {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  const publicJwk = { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'RS256', use: 'sig' };
  return { privateKey, publicJwk };
}
