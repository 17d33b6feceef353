// Reads what a request says about its own signature, from the Authorization header or from presigned query parameters.
/**
 * One code per cause. Services differ in the code they answer with: JSON ones say InvalidSignatureException for most.
 */
export type SignatureFault =
  | 'MissingAuthenticationToken'
  | 'IncompleteSignature'
  | 'UnrecognizedClientException'
  | 'InvalidSignatureException'
  | 'SignatureDoesNotMatch'
  | 'RequestExpired';

export interface Signature {
  accessKeyId: string;
  /** The credential scope's date, `20261121`. */
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
  /** `20261121T101500Z` */
  signedAt: string;
  signedAtMs: number;
  sessionToken?: string;
  presigned: boolean;
  /** Only presigned requests have a life of their own. */
  expiresSeconds?: number;
}
export interface Unreadable {
  code: SignatureFault;
  message: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** AWS's limit: a presigned request lives for at most seven days. */
const MAX_EXPIRES_SECONDS = 604_800;

type Headers = Record<string, string | string[] | undefined>;

export function readSignature(headers: Headers, query: (name: string) => string | undefined): Signature | Unreadable {
  const authorization = single(headers.authorization);
  if (authorization !== undefined) return fromHeader(authorization, headers);
  if (query('X-Amz-Algorithm') !== undefined) return fromQuery(query);
  return { code: 'MissingAuthenticationToken', message: 'Missing Authentication Token' };
}

function fromHeader(authorization: string, headers: Headers): Signature | Unreadable {
  const [algorithm = '', ...rest] = authorization.trim().split(/\s+/);
  if (algorithm !== ALGORITHM) return unsupported(algorithm);
  const parts = new Map<string, string>();
  for (const part of rest.join(' ').split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  for (const name of ['Credential', 'SignedHeaders', 'Signature']) {
    if (!parts.get(name)) return incomplete(`Authorization header requires '${name}' parameter.`);
  }
  const signedAt = single(headers['x-amz-date']) ?? basicDate(single(headers.date));
  if (signedAt === undefined) {
    return incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return complete({
    credential: parts.get('Credential')!,
    signedHeaders: parts.get('SignedHeaders')!,
    signature: parts.get('Signature')!,
    signedAt,
    sessionToken: single(headers['x-amz-security-token']),
    presigned: false,
  });
}

function fromQuery(query: (name: string) => string | undefined): Signature | Unreadable {
  if (query('X-Amz-Algorithm') !== ALGORITHM) return unsupported(query('X-Amz-Algorithm') ?? '');
  const read = (name: string) => query(`X-Amz-${name}`) ?? '';
  for (const name of ['Credential', 'SignedHeaders', 'Signature', 'Date', 'Expires']) {
    if (read(name) === '') return incomplete(`AWS query-string parameters must include 'X-Amz-${name}'.`);
  }
  const expiresSeconds = Number(read('Expires'));
  if (!/^\d+$/.test(read('Expires')) || expiresSeconds < 1 || expiresSeconds > MAX_EXPIRES_SECONDS) {
    return incomplete(`X-Amz-Expires must be a number of seconds from 1 to ${MAX_EXPIRES_SECONDS}.`);
  }
  return complete({
    credential: read('Credential'),
    signedHeaders: read('SignedHeaders'),
    signature: read('Signature'),
    signedAt: read('Date'),
    sessionToken: query('X-Amz-Security-Token'),
    presigned: true,
    expiresSeconds,
  });
}

interface Given {
  credential: string;
  signedHeaders: string;
  signature: string;
  signedAt: string;
  sessionToken: string | undefined;
  presigned: boolean;
  expiresSeconds?: number;
}

function complete(given: Given): Signature | Unreadable {
  // An access key has no slash, so a scope of exactly four parts follows it.
  const [accessKeyId, date, region, service, end, more] = given.credential.split('/');
  if (!accessKeyId || !date || !region || !service || end !== 'aws4_request' || more !== undefined) {
    return incomplete(
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/aws4_request.',
    );
  }
  const time = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(given.signedAt);
  const [, year, month, day, hour, minute, second] = time ?? [];
  const signedAtMs = time ? Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) : Number.NaN;
  if (Number.isNaN(signedAtMs)) {
    return incomplete(`Date must be in ISO-8601 'basic format'. Got '${given.signedAt}'.`);
  }
  if (!given.signedAt.startsWith(`${date}T`)) {
    const message = `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${given.signedAt.slice(0, 8)}'.`;
    return { code: 'SignatureDoesNotMatch', message };
  }
  const signedHeaders = given.signedHeaders.split(';').map((name) => name.toLowerCase());
  if (!signedHeaders.includes('host')) {
    return { code: 'InvalidSignatureException', message: "'Host' must be a 'SignedHeader' in the AWS Authorization." };
  }
  if (signedHeaders.some((name, index) => index > 0 && name <= signedHeaders[index - 1]!)) {
    return { code: 'InvalidSignatureException', message: "'SignedHeaders' must be sorted and name each header once." };
  }
  const { signature, signedAt, sessionToken, presigned, expiresSeconds } = given;
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders,
    signature,
    signedAt,
    signedAtMs,
    sessionToken,
    presigned,
    expiresSeconds,
  };
}

const incomplete = (message: string): Unreadable => ({ code: 'IncompleteSignature', message });

function unsupported(algorithm: string): Unreadable {
  // Never repeat the header: with another scheme it may hold a password or a token.
  const named = /^[A-Za-z0-9-]{1,40}$/.test(algorithm) ? algorithm : 'another scheme';
  return { code: 'IncompleteSignature', message: `Unsupported AWS 'algorithm': ${named}. Sign with ${ALGORITHM}.` };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}

/** An HTTP Date header in the form signatures use. */
function basicDate(date: string | undefined): string | undefined {
  if (date === undefined) return undefined;
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? date : new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
}
