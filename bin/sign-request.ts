// Signs a request to the HTTP API with IAM credentials (SigV4), as the routes below /internal/ want it.
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface SignedRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** Gives the headers to send. */
export async function signRequest(
  { url, method, headers, body }: SignedRequest,
  { region, credentials }: { region: string; credentials: Credentials },
): Promise<Record<string, string>> {
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 as never });
  const signed = (await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    ...(body !== undefined && { body }),
  } as never)) as unknown as { headers: Record<string, string> };
  return signed.headers;
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
