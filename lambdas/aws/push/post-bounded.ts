// One POST to a push service that a caller named: bounded in time and in what is read of the answer, never redirected.
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { publicLookup } from './web-push-endpoint.ts';

interface Post {
  body: Buffer;
  headers: Record<string, string>;
  /** See WebPushSettings. */
  localOrigin: string | undefined;
  withinMs: number;
}

export interface Answer {
  status: number;
  retryAfterSeconds: number | undefined;
}

/** Our choice: the few push services that there are keep their connections. */
const agent = new Agent({ keepAlive: true, maxSockets: 50, maxFreeSockets: 10, timeout: 60_000 });
/** Our choice: a push service's refusal has a few hundred bytes; what sends more loses its connection. */
const ANSWER_MAX_BYTES = 8 * 1024;

/** Rejects when no answer came in time. */
export function postBounded(url: string, { body, headers, localOrigin, withinMs }: Post): Promise<Answer> {
  const isLocal = localOrigin !== undefined && new URL(url).origin === localOrigin;
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(body.length) },
    signal: AbortSignal.timeout(Math.max(1, Math.floor(withinMs))),
  };
  return new Promise((resolve, reject) => {
    const sent = isLocal ? httpRequest(url, options) : httpsRequest(url, { ...options, agent, lookup: publicLookup() });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      let bytes = 0;
      answer.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > ANSWER_MAX_BYTES) sent.destroy();
      });
      // What is in the answer is of no use; reading it frees the connection for the next call.
      answer.on('error', () => undefined);
      resolve({ status: answer.statusCode!, retryAfterSeconds: seconds(answer.headers['retry-after']) });
    });
    sent.end(body);
  });
}

/** Whole seconds, or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function seconds(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const left = Math.ceil((Date.parse(retryAfter) - Date.now()) / 1000);
  return Number.isNaN(left) ? undefined : Math.max(0, left);
}
