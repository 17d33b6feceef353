// Checks AWS Signature Version 4 on a request, in the Authorization header or presigned in the query.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalRequest, readQuery, sha256Hex } from './canonical-request.ts';
import { readSignature, type Signature, type SignatureFault } from './read-signature.ts';

export interface SignedRequest {
  method: string;
  /** As on the wire: percent-encoded, without the query. */
  path: string;
  /** Raw text is exact; URLSearchParams has turned a bare plus into a space, which no SDK sends. */
  query: URLSearchParams | string;
  /** Lower-case names. */
  headers: Record<string, string | string[] | undefined>;
  body: Buffer | string;
  /** Several when more than one clock is right, e.g. the moved one for functions and the real one for the AWS CLI. */
  nowMs: number | number[];
  findSecret(accessKeyId: string): { secret: string; sessionToken?: string } | undefined;
  /** The service the credential scope must name; any when left out. */
  service?: string;
}

export type SignatureCheck =
  | { ok: true; accessKeyId: string; service: string; region: string }
  | { ok: false; code: SignatureFault; message: string };

/** AWS's limit on the difference between the caller's clock and its own. */
const SKEW_MS = 5 * 60_000;

export function verifySigV4(request: SignedRequest): SignatureCheck {
  const query = typeof request.query === 'string' ? new Map(readQuery(request.query)) : request.query;
  const signature = readSignature(request.headers, (name) => query.get(name) ?? undefined);
  if ('code' in signature) return refuse(signature.code, signature.message);

  const { accessKeyId, date, region, service } = signature;
  if (request.service !== undefined && service !== request.service) {
    return refuse('SignatureDoesNotMatch', `Credential should be scoped to correct service: '${request.service}'.`);
  }
  const expired = timeFault(signature, request.nowMs);
  if (expired) return refuse('RequestExpired', expired);

  const key = request.findSecret(accessKeyId);
  if (!key || !equal(key.sessionToken ?? '', signature.sessionToken ?? '')) {
    return refuse('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const payloadHash = sha256Hex(request.body);
  const claimed = request.headers['x-amz-content-sha256'];
  if (claimed !== undefined && claimed !== payloadHash) {
    return refuse(
      'InvalidSignatureException',
      `The value of x-amz-content-sha256 is not the SHA-256 of the body; unsigned and streaming payloads are only for S3.`,
    );
  }
  const canonical = canonicalRequest({
    method: request.method,
    path: request.path,
    query: request.query,
    headers: request.headers,
    signedHeaders: signature.signedHeaders,
    payloadHash,
    withoutQueryKey: signature.presigned ? 'X-Amz-Signature' : undefined,
  });
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${signature.signedAt}\n${scope}\n${sha256Hex(canonical)}`;
  const expected = createHmac('sha256', signingKey(key.secret, date, region, service))
    .update(toSign)
    .digest('hex');
  if (!equal(expected, signature.signature)) {
    return refuse(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key ' +
        'and signing method. Consult the service documentation for details.',
    );
  }
  return { ok: true, accessKeyId, service, region };
}

function refuse(code: SignatureFault, message: string): SignatureCheck {
  return { ok: false, code, message };
}

/** The same time for every wrong value, so that a secret can't be found out letter by letter. */
function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function timeFault({ signedAt, signedAtMs, expiresSeconds }: Signature, nowMs: number | number[]): string | undefined {
  const clocks = [nowMs].flat();
  const until = signedAtMs + (expiresSeconds === undefined ? SKEW_MS : expiresSeconds * 1000);
  if (clocks.some((now) => signedAtMs - SKEW_MS <= now && now <= until)) return undefined;
  const now = clocks[0]!;
  const at = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
  return until < now
    ? `Signature expired: ${signedAt} is now earlier than ${at(now - (until - signedAtMs))} (${at(now)} - ${(until - signedAtMs) / 60_000} min.)`
    : `Signature not yet current: ${signedAt} is still later than ${at(now + SKEW_MS)} (${at(now)} + 5 min.)`;
}

/**
 * A key serves a whole day, so deriving it (four HMACs) once is enough. Bounded, as scopes are the caller's to choose.
 */
const signingKeys = new Map<string, Buffer>();
const MAX_SIGNING_KEYS = 200;

function signingKey(secret: string, ...scope: string[]): Buffer {
  const name = [secret, ...scope].join('/');
  let key = signingKeys.get(name);
  if (!key) {
    key = Buffer.from(`AWS4${secret}`);
    for (const part of [...scope, 'aws4_request']) key = createHmac('sha256', key).update(part).digest();
    if (signingKeys.size >= MAX_SIGNING_KEYS) signingKeys.clear();
    signingKeys.set(name, key);
  }
  return key;
}
