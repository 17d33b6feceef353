// The canonical form of a request, over which AWS Signature Version 4 is computed.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHash } from 'node:crypto';

export interface CanonicalParts {
  method: string;
  /** As on the wire, percent-encoded. */
  path: string;
  query: URLSearchParams | string;
  headers: Record<string, string | string[] | undefined>;
  signedHeaders: string[];
  payloadHash: string;
  /** The presigned form leaves its own signature out. */
  withoutQueryKey?: string;
}

export function canonicalRequest(parts: CanonicalParts): string {
  const headers = parts.signedHeaders.map((name) => `${name}:${canonicalHeader(parts.headers, name)}\n`).join('');
  const query = canonicalQuery(parts.query, parts.withoutQueryKey);
  return [
    parts.method,
    canonicalPath(parts.path),
    query,
    headers,
    parts.signedHeaders.join(';'),
    parts.payloadHash,
  ].join('\n');
}

export const sha256Hex = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

/**
 * Every service but S3: dot segments and empty ones go, then what is already encoded on the wire is encoded once more.
 */
function canonicalPath(path: string): string {
  if (/^(\/[\w~-][\w.~-]*)*\/?$/.test(path)) return path || '/';
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  const trailing = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${trailing}`;
}

/** Sorted by encoded name, then by encoded value. */
function canonicalQuery(query: URLSearchParams | string, without?: string): string {
  const pairs: [string, string][] = [];
  for (const [name, value] of typeof query === 'string' ? readQuery(query) : query) {
    if (name !== without) pairs.push([encode(name), encode(value)]);
  }
  if (pairs.length > 1) pairs.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Reads a raw query without form decoding: a plus stays a plus. */
export function readQuery(query: string): [string, string][] {
  const pairs = query.replace(/^\?/, '').split('&');
  return pairs.flatMap((pair): [string, string][] => {
    if (pair === '') return [];
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    return [[decode(name), decode(value)]];
  });
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // A malformed escape can't have been signed as anything but itself.
    return value;
  }
}

/** RFC 3986: only letters, digits and -._~ stay. Lone surrogates become U+FFFD, as on any UTF-8 wire. */
function encode(value: string): string {
  if (/^[\w.~-]*$/.test(value)) return value;
  const wellFormed = Buffer.from(value, 'utf8').toString('utf8');
  return encodeURIComponent(wellFormed).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A signed header that is not there reads as empty, so the signature can't match. */
function canonicalHeader(headers: CanonicalParts['headers'], name: string): string {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  return text.trim().replace(/\s+/g, ' ');
}
