// An issuer's public keys, found through OIDC discovery and cached as API Gateway caches them.
import { createLocalJWKSet, errors, type FlattenedJWSInput, type JSONWebKeySet, type JWTHeaderParameters } from 'jose';
import type { Clock } from '../clock.ts';

/** AWS's limits (API Gateway quotas): 1,500 ms for discovery and for the key set, 150 KB of keys. */
const FETCH_TIMEOUT_MS = 1_500;
const MAX_KEYS_BYTES = 150 * 1024;
/** How long AWS keeps keys, as far as known: two hours. */
const CACHE_MS = 2 * 3_600_000;
/** Our choice: a token with an unknown key id may make us look again this often, so that a rotated key works soon. */
const LOOK_AGAIN_MS = 60_000;

type KeyFor = (header: JWTHeaderParameters, token: FlattenedJWSInput) => Promise<any>;

/** A key lookup for jose. Throws a plain Error, not a JOSEError, when the issuer can't be asked. */
export function signingKeys(issuer: string, clock: Clock): KeyFor {
  let cached: { fetchedAtMs: number; find: Promise<ReturnType<typeof createLocalJWKSet>> } | undefined;

  const load = () => {
    const entry = { fetchedAtMs: clock.now(), find: fetchKeys(issuer) };
    cached = entry;
    entry.find.catch(() => {
      // A failure is reported to the requests that wait for it, but not remembered: the next token tries again.
      if (cached === entry) cached = undefined;
    });
    return entry;
  };

  return async (header, token) => {
    const fresh = cached && clock.now() - cached.fetchedAtMs < CACHE_MS ? cached : load();
    const find = await fresh.find;
    try {
      return await find(header, token);
    } catch (error) {
      const mayLookAgain = clock.now() - fresh.fetchedAtMs >= LOOK_AGAIN_MS;
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw unreadable(issuer, error);
      if (!mayLookAgain) throw error;
      return (await load().find)(header, token);
    }
  };
}

/** Its own kind of error: the issuer is at fault, not the token. */
const unreadable = (issuer: string, cause: unknown) =>
  new Error(`the JWT authorizer can't get the keys of ${issuer}: ${cause}`, { cause });

async function fetchKeys(issuer: string) {
  try {
    const discovery = await getJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    if (typeof discovery.jwks_uri !== 'string') throw new Error('its openid-configuration has no jwks_uri');
    return createLocalJWKSet((await getJson(discovery.jwks_uri)) as unknown as JSONWebKeySet);
  } catch (cause) {
    throw unreadable(issuer, cause);
  }
}

async function getJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`GET ${url} answered ${response.status}`);
  const text = await response.text();
  if (text.length > MAX_KEYS_BYTES)
    throw new Error(`GET ${url} answered ${text.length} bytes; API Gateway takes 150 KB`);
  return JSON.parse(text);
}
