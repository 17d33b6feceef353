// HTTP calls of the inbox API: the token, a time limit, and failures as values.
import type { Failure } from './connection-machine.ts';
import type { NotificationsOptions } from './notifications-client.ts';
import type { Platform } from './platform.ts';
import { tokenSubject } from './token-subject.ts';

/** Why there is no reply, and what that means for the connection. */
export interface RequestFailure extends Failure {
  code: string;
  message: string;
  status?: number;
}
export type Reply = { body: any; etag?: string | undefined; isUnchanged: boolean } | { failure: RequestFailure };

export interface RequestOptions {
  body?: unknown;
  etag?: string | undefined;
}
export type Requests = ReturnType<typeof createRequests>;

/** Our choice: Lambda behind API Gateway answers within 30 s (AWS limit) or never; a phone in a tunnel never does. */
const TIMEOUT_MS = 15_000;
/** Our choice: a mistaken header must not stop a client for a day. */
const RETRY_AFTER_MAX_MS = 10 * 60_000;

export function createRequests(platform: Platform, { apiUrl, getToken, getTicket, userId }: NotificationsOptions) {
  const base = apiUrl.replace(/\/+$/, '');
  let subject = userId;

  /** The header, or why there is none. */
  async function authorization(refresh: boolean): Promise<Record<string, string> | { failure: RequestFailure }> {
    if (!getToken) return {};
    const token = await getToken({ refresh });
    if (token === null || token === undefined) return final('signed_out', 'getToken returned no token.');
    const sub = tokenSubject(token);
    subject ??= sub;
    if (sub !== undefined && sub !== subject)
      return final('user_changed', 'getToken returned a token of another user.');
    return { authorization: `Bearer ${token}` };
  }

  async function call(method: string, path: string, options: RequestOptions = {}): Promise<Reply> {
    try {
      const reply = await attempt(method, path, options, false);
      const isRefused = 'failure' in reply && reply.failure.status === 401 && getToken !== undefined;
      return isRefused ? await attempt(method, path, options, true) : reply;
    } catch (error) {
      return unreachable(error);
    }
  }

  async function attempt(
    method: string,
    path: string,
    { body, etag }: RequestOptions,
    refresh: boolean,
  ): Promise<Reply> {
    const auth = await authorization(refresh);
    if ('failure' in auth) return auth as { failure: RequestFailure };
    const timeout = new AbortController();
    const cancel = platform.setTimer(() => timeout.abort(), TIMEOUT_MS);
    try {
      const response = await platform.fetch(base + path, {
        method,
        headers: {
          ...auth,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(etag && { 'if-none-match': etag }),
        },
        // Not the browser's own cache: what is unchanged is decided here.
        cache: 'no-store',
        // A change is finished even if the page is being left.
        keepalive: method !== 'GET',
        signal: timeout.signal,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (response.status === 304) return { body: undefined, isUnchanged: true };
      const text = await response.text();
      if (!response.ok) return refused(response, text, platform.now());
      return { body: JSON.parse(text), etag: response.headers.get('etag') ?? undefined, isUnchanged: false };
    } finally {
      cancel();
    }
  }

  /** The URL of a new socket. */
  async function socketUrl(): Promise<Reply> {
    let reply: Reply;
    if (getTicket) {
      try {
        const ticket = await getTicket();
        if (!ticket) return final('signed_out', 'getTicket returned no ticket.');
        reply = { body: ticket, isUnchanged: false };
      } catch (error) {
        return unreachable(error);
      }
    } else reply = await call('POST', '/api/v2/tickets');
    if ('failure' in reply) return reply;
    const { ws_url: url, ticket } = reply.body ?? {};
    if (typeof url !== 'string' || typeof ticket !== 'string') return unreachable('A ticket needs ticket and ws_url.');
    return { ...reply, body: `${url}${url.includes('?') ? '&' : '?'}ticket=${encodeURIComponent(ticket)}` };
  }

  return { call, socketUrl, authorization, subject: () => subject };
}

const final = (reason: RequestFailure['reason'], message: string): { failure: RequestFailure } => ({
  failure: { code: 'unauthorized', message, reason, isFinal: true },
});

/** No answer, or none that makes sense: tried again like a server that is away. */
function unreachable(error: unknown): { failure: RequestFailure } {
  const isReply = error instanceof SyntaxError || typeof error === 'string';
  return {
    failure: {
      code: isReply ? 'invalid_reply' : 'network',
      message: error instanceof Error ? error.message : String(error),
      reason: 'server_unavailable',
    },
  };
}

/** API Gateway's own replies have a `message`, ours a `code` and a `detail`. */
function refused(response: Response, text: string, nowMs: number): { failure: RequestFailure } {
  const { status } = response;
  let problem: { code?: unknown; detail?: unknown; message?: unknown } = {};
  try {
    problem = JSON.parse(text) ?? {};
  } catch {
    // A proxy's page: the status says enough.
  }
  return {
    failure: {
      code: typeof problem.code === 'string' ? problem.code : (CODES[status] ?? 'internal_error'),
      message: String(problem.detail ?? problem.message ?? `The server answered ${status}.`),
      status,
      reason: REASONS[status] ?? 'server_unavailable',
      isFinal: status === 401 || status === 403,
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), nowMs),
    },
  };
}

const CODES: Record<number, string> = { 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 429: 'rate_limited' };
const REASONS: Record<number, Failure['reason']> = { 401: 'token_refused', 403: 'forbidden', 429: 'rate_limited' };

/** Seconds, or an HTTP date. */
function retryAfterMs(header: string | null, nowMs: number): number {
  if (header === null) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Math.min(RETRY_AFTER_MAX_MS, Math.max(0, ms || 0));
}
