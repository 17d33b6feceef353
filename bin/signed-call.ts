// Calls a route below /internal/ with your AWS credentials, of the local runtime or of a deployed stack.
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { awsConfig } from './aws-config.ts';
import type { Outputs } from './find-stack.ts';
import { signRequest } from './sign-request.ts';

/** A call that walks through the table takes some seconds. */
const WITHIN_MS = 30_000;

export type SignedCall = (method: string, path: string, body?: object) => Promise<any>;

export function signedCall(outputs: Outputs): SignedCall {
  // Any client knows where credentials come from.
  const { config } = new EventBridgeClient(awsConfig(outputs));
  return async (method, path, body) => {
    const url = new URL(outputs.http_url!.replace(/\/$/, '') + path);
    const text = body && JSON.stringify(body);
    const { host: _host, ...headers } = await signRequest(
      { url, method, headers: { host: url.host, ...(body && { 'content-type': 'application/json' }) }, body: text },
      { region: outputs.region!, credentials: await config.credentials() },
    );
    return answerOf(
      await fetch(url, {
        method,
        headers,
        signal: AbortSignal.timeout(WITHIN_MS),
        ...(text !== undefined && { body: text }),
      }),
      `${method} ${path}`,
    );
  };
}

export async function answerOf(response: Response, what: string): Promise<any> {
  const answer = await response.text();
  if (!response.ok) throw new Error(`${what} answers ${response.status}: ${answer.slice(0, 300)}`);
  return JSON.parse(answer);
}

/** Every page, until there is no next. */
export async function* pages(call: SignedCall, method: string, path: string): AsyncGenerator<any> {
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await call(method, path + (cursor && `?cursor=${encodeURIComponent(cursor)}`));
    yield page;
    cursor = page.next_cursor;
  }
}
