// Signatures made by the SDK's own signer must be accepted, and nothing else.
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HttpRequest, QueryParameterBag } from '@smithy/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SignedRequest, verifySigV4 } from '../../../local/iam/sigv4.ts';

const KEY = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local-secret' };
const NOW = Date.parse('2026-11-21T10:15:00Z');

/** The hash the signer wants, made of node's own. */
class Sha256 {
  readonly #hash;
  constructor(secret?: any) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: any) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}

interface Draft {
  method?: string;
  path?: string;
  query?: QueryParameterBag;
  headers?: Record<string, string>;
  body?: string;
  sessionToken?: string;
  service?: string;
  presign?: boolean;
}
const signer = (draft: Draft) =>
  new SignatureV4({
    service: draft.service ?? 'sqs',
    region: 'us-east-1',
    sha256: Sha256,
    credentials: { ...KEY, sessionToken: draft.sessionToken },
  });

async function signed(draft: Draft = {}): Promise<SignedRequest> {
  const request: HttpRequest = {
    method: draft.method ?? 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    path: draft.path ?? '/',
    query: draft.query ?? {},
    headers: { host: '127.0.0.1:4566', ...draft.headers },
    body: draft.body ?? '',
  };
  const options = { signingDate: new Date(NOW) };
  const result = draft.presign
    ? await signer(draft).presign(request, { ...options, expiresIn: 60 })
    : await signer(draft).sign(request, options);
  return {
    method: result.method,
    path: result.path,
    query: wireQuery(result.query ?? {}),
    headers: Object.fromEntries(Object.entries(result.headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: draft.body ?? '',
    nowMs: NOW,
    findSecret: (id) =>
      id === KEY.accessKeyId ? { secret: KEY.secretAccessKey, sessionToken: draft.sessionToken } : undefined,
  };
}

/** As the SDK's request handler writes a query onto the wire. */
function wireQuery(query: QueryParameterBag): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one ?? '']));
  return pairs.map((pair) => pair.map((part) => encodeURIComponent(part!)).join('=')).join('&');
}

const accepted = { ok: true, accessKeyId: KEY.accessKeyId, service: 'sqs', region: 'us-east-1' };
const code = (request: SignedRequest) => {
  const check = verifySigV4(request);
  return check.ok ? 'ok' : check.code;
};

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
describe('accepts what the SDK signs', () => {
  it.each<[string, Draft]>([
    ['a plain call', { body: '{"QueueUrl":"x"}', headers: { 'x-amz-target': 'AmazonSQS.SendMessage' } }],
    ['a connection id with =', { path: '/prod/@connections/R0oXAdfgoAMCJ2w%3D' }],
    ['spaces and unicode in the path', { path: '/a%20b/%C3%A9t%C3%A9/%E2%82%AC' }],
    ['reserved characters left bare', { path: "/a!b'c(d)*e/f:g@h,i;j" }],
    ['dots inside segments', { path: '/a.b/.hidden/..c/d..' }],
    ['a trailing slash', { path: '/a/b/' }],
    ['repeated query keys', { query: { a: ['2', '1', '10'], b: '' } }],
    ['keys that sort by byte', { query: { 'a-': '1', a: '2', A: '3', é: '4', 'a b': '5' } }],
    ['plus, percent and unicode in the query', { query: { 'q+': 'a+b c%d', u: '€uro', s: "!*'()" } }],
    ['headers with inner white space', { headers: { 'x-note': '  a   b  ', 'x-amz-meta': 'ü' } }],
    ['a session token', { sessionToken: 'token/with+signs==' }],
    ['a presigned request', { presign: true, method: 'GET', path: '/prod', query: { token: 'a=b&c' } }],
    ['a presigned request with a session token', { presign: true, method: 'GET', sessionToken: 'tok/en+=' }],
  ])('%s', async (_, draft) => {
    const request = await signed(draft);
    expect(verifySigV4(request)).toEqual(accepted);
    expect(verifySigV4({ ...request, query: new URLSearchParams(request.query as string) })).toEqual(accepted);
  });

  it('any path, query, header and body', async () => {
    const segment = fc
      .string({ unit: 'binary', maxLength: 8 })
      .map(encodeURIComponent)
      .filter((s) => s !== '.' && s !== '..');
    const draft = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
      path: fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`),
      // The SDK drops parameters whose name is its own signature's.
      query: fc.dictionary(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).filter((name) => name !== '__proto__'),
        fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string(), { minLength: 1, maxLength: 3 })),
        { maxKeys: 4 },
      ),
      headers: fc.dictionary(fc.stringMatching(/^x-q-[a-z0-9]{1,8}$/), fc.stringMatching(/^[ -~]{0,20}$/), {
        maxKeys: 3,
      }),
      body: fc.string({ unit: 'binary' }),
      sessionToken: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,40}$/), { nil: undefined }),
      presign: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(draft, async (any) => {
        expect(verifySigV4(await signed(any as Draft))).toEqual(accepted);
      }),
      { numRuns: 150 },
    );
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
describe('refuses', () => {
  const tampered: [string, (request: SignedRequest) => SignedRequest, string][] = [
    ['another method', (r) => ({ ...r, method: 'GET' }), 'SignatureDoesNotMatch'],
    ['another path', (r) => ({ ...r, path: '/other' }), 'SignatureDoesNotMatch'],
    ['another query', (r) => ({ ...r, query: 'a=2' }), 'SignatureDoesNotMatch'],
    ['another body', (r) => ({ ...r, body: 'other' }), 'InvalidSignatureException'],
    ['another signed header', (r) => ({ ...r, headers: { ...r.headers, host: 'elsewhere' } }), 'SignatureDoesNotMatch'],
    ['no signature', (r) => ({ ...r, headers: { host: 'x' } }), 'MissingAuthenticationToken'],
    ['an unknown key', (r) => ({ ...r, findSecret: () => undefined }), 'UnrecognizedClientException'],
    ['another secret', (r) => ({ ...r, findSecret: () => ({ secret: 'other' }) }), 'SignatureDoesNotMatch'],
    [
      'a missing session token',
      (r) => ({ ...r, findSecret: () => ({ secret: KEY.secretAccessKey, sessionToken: 't' }) }),
      'UnrecognizedClientException',
    ],
    ['a stale signature', (r) => ({ ...r, nowMs: NOW + 300_001 }), 'RequestExpired'],
    ['a signature from the future', (r) => ({ ...r, nowMs: NOW - 300_001 }), 'RequestExpired'],
    ['the wrong service', (r) => ({ ...r, service: 'events' }), 'SignatureDoesNotMatch'],
  ];
  it.each(tampered)('%s', async (_, change, expected) => {
    const request = await signed({ query: { a: '1' }, body: 'body' });
    expect(code(request)).toBe('ok');
    expect(code(change(request))).toBe(expected);
  });

  it.each([
    ['Bearer secret-token', 'IncompleteSignature'],
    ['AWS4-HMAC-SHA256', 'IncompleteSignature'],
    ['AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c', 'IncompleteSignature'],
    [
      'AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20261121/us-east-1/sqs/aws4_request, SignedHeaders=host',
      'IncompleteSignature',
    ],
    [
      'AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20261120/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=c',
      'SignatureDoesNotMatch',
    ],
    [
      'AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20261121/us-east-1/sqs/aws4_request, SignedHeaders=x-amz-date, Signature=c',
      'InvalidSignatureException',
    ],
    [
      'AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20261121/us-east-1/sqs/aws4_request, SignedHeaders=constructor;host, Signature=c',
      'SignatureDoesNotMatch',
    ],
  ])('the header %s', async (authorization, expected) => {
    const request = await signed();
    const check = verifySigV4({ ...request, headers: { ...request.headers, authorization } });
    expect(check).toMatchObject({ ok: false, code: expected });
    expect(JSON.stringify(check)).not.toContain('secret-token');
  });

  it('an unsigned payload', async () => {
    expect(code(await signed({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }))).toBe(
      'InvalidSignatureException',
    );
  });

  it('a presigned request after its time, or living longer than AWS lets it', async () => {
    const request = await signed({ presign: true, method: 'GET' });
    expect(code({ ...request, nowMs: NOW + 60_000 })).toBe('ok');
    expect(code({ ...request, nowMs: NOW + 60_001 })).toBe('RequestExpired');
    expect(code({ ...request, query: (request.query as string).replace('Expires=60', 'Expires=604801') })).toBe(
      'IncompleteSignature',
    );
  });

  it('nothing by throwing, whatever the headers and query are', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (authorization, date, query) => {
        const headers = { authorization: `AWS4-HMAC-SHA256 ${authorization}`, 'x-amz-date': date };
        const request = { method: 'GET', path: '/', body: '', nowMs: NOW, findSecret: () => ({ secret: 's' }) };
        expect(verifySigV4({ ...request, headers, query }).ok).toBe(false);
        expect(verifySigV4({ ...request, headers: {}, query: `X-Amz-Algorithm=${query}` }).ok).toBe(false);
      }),
    );
  });
});

it('accepts either clock when two are right', async () => {
  const request = await signed();
  expect(code({ ...request, nowMs: [NOW + 86_400_000, NOW] })).toBe('ok');
});
