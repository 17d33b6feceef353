// Converts what a function returned to an HTTP response, by the rules of payload format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
import { Buffer } from 'node:buffer';
import { isObject } from '../is-object.ts';

export interface HttpResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string | string[]>;
  body: string | Buffer;
}

export const messageResponse = (
  status: number,
  message: string,
  headers: Record<string, string> = {},
): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ message }),
});

/** Lambda's own limit on a synchronous response: 6 MB. */
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

/** The gateway sets these itself. */
const IGNORED_HEADERS = ['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade'];

/** Undefined when AWS would answer 500: the result names a status but isn't a well-formed response. */
export function responseFromResult(result: unknown): HttpResponse | undefined {
  const infer = typeof result !== 'object' || result === null || !('statusCode' in result);
  if (infer) {
    const body = typeof result === 'string' ? result : JSON.stringify(result ?? null);
    if (Buffer.byteLength(body) > MAX_RESPONSE_BYTES) return undefined;
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = result as Record<string, any>;
  const status = Number(statusCode);
  const wellFormed =
    Number.isInteger(status) &&
    status >= 100 &&
    status <= 599 &&
    isObject(headers ?? {}) &&
    Array.isArray(cookies ?? []) &&
    (typeof body === 'string' || body === null) &&
    Buffer.byteLength(body ?? '') <= MAX_RESPONSE_BYTES;
  if (!wellFormed) return undefined;
  const out: HttpResponse['headers'] = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined;
    if (!IGNORED_HEADERS.includes(name.toLowerCase())) out[name.toLowerCase()] = String(value);
  }
  if (cookies?.length) out['set-cookie'] = cookies.map(String);
  if (body) out['content-type'] ??= 'text/plain;charset=UTF-8';
  return { status, headers: out, body: isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? '') };
}
