// Calls the HTTP API: openly, with a token, or signed as IAM wants it.
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Outputs } from './target.ts';

export interface HttpOptions {
  token?: string;
  /** Sign with the operator's keys (local) or the environment's (AWS). */
  sign?: boolean | { accessKeyId: string; secretAccessKey: string };
  body?: unknown;
  headers?: Record<string, string>;
}
export interface Reply {
  status: number;
  headers: Headers;
  /** Parsed when it is JSON. */
  body: any;
  text: string;
}

export function httpCaller(outputs: Outputs) {
  return async (method: string, path: string, { token, sign, body, headers = {} }: HttpOptions): Promise<Reply> => {
    const url = new URL(outputs.http_url!.replace(/\/$/, '') + path);
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    let sent: Record<string, string> = {
      host: url.host,
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    };
    if (sign) sent = await signed(outputs, url, method, sent, text, sign === true ? undefined : sign);
    const { host: _host, ...rest } = sent;
    const response = await fetch(url, { method, headers: rest, ...(text !== undefined && { body: text }) });
    const answer = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(answer) : answer,
      text: answer,
    };
  };
}

async function signed(
  outputs: Outputs,
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
  keys = { accessKeyId: outputs.aws_access_key_id ?? '', secretAccessKey: outputs.aws_secret_access_key ?? '' },
): Promise<Record<string, string>> {
  const credentials = keys.accessKeyId
    ? keys
    : {
        accessKeyId: process.env.AWS_ACCESS_KEY_ID!,
        secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY!,
        sessionToken: process.env.AWS_SESSION_TOKEN,
      };
  const signer = new SignatureV4({
    service: 'execute-api',
    region: outputs.region!,
    credentials,
    sha256: Sha256 as never,
  });
  const request = (await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    ...(body !== undefined && { body }),
  } as never)) as unknown as { headers: Record<string, string> };
  return request.headers;
}

/** What the signer hashes with, from Node's own crypto. */
class Sha256 {
  private readonly hash;
  constructor(key?: Uint8Array | string) {
    this.hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }
  update(data: Uint8Array | string) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
}
