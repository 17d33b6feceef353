// HTTP calls of the inbox API: the token, a time limit, and failures as values.
import type { NotificationsError, NotificationsOptions } from './notifications-client.ts';
import type { Platform } from './platform.ts';
import { tokenSubject } from './token-subject.ts';

/**
 * Why there is no reply, as the `error` event reports it. `signed_out` and `user_changed` are found before anything is
 * sent.
 */
export type Failure = Omit<NotificationsError, 'action' | 'notificationId'>;
export interface Reply {
  failure?: Failure;
  /** Undefined when it is unchanged (304). */
  body?: any;
  etag?: string | undefined;
}
export type Requests = ReturnType<typeof createRequests>;

/** Our choice: Lambda behind API Gateway answers within 30 s (AWS limit) or never; a phone in a tunnel never does. */
const TIMEOUT_MS = 15_000;
/** Our choice: a mistaken header must not stop a client for a day. */
const RETRY_AFTER_MAX_SECONDS = 600;

export function createRequests(
  platform: Platform,
  { apiUrl, getToken, getTicket, userId, orgId }: NotificationsOptions,
) {
  let subject: string | undefined;
  const asked = orgId ? { orgId } : {};

  /** The header, or why there is none. */
  async function authorize(refresh: boolean): Promise<string | Failure | undefined> {
    if (!getToken) return undefined;
    const token = await getToken({ refresh, ...asked });
    if (!token) return { code: 'signed_out', message: 'getToken returned null' };
    const sub = tokenSubject(token);
    subject ??= sub;
    if (sub && (sub !== subject || (orgId && !sub.endsWith(` ${orgId}`))))
      return { code: 'user_changed', message: 'getToken changed its user or organisation' };
    return `Bearer ${token}`;
  }

  async function attempt(refresh: boolean, method: string, path: string, body?: object, etag?: string): Promise<Reply> {
    const authorization = await authorize(refresh);
    if (typeof authorization === 'object') return { failure: authorization };
    const response = await platform.fetch(apiUrl.replace(/\/$/, '') + path, {
      method,
      headers: {
        ...(authorization && { authorization }),
        ...(body && { 'content-type': 'application/json' }),
        ...(etag && { 'if-none-match': etag }),
      },
      // Not the browser's own cache: what is unchanged is decided here.
      cache: 'no-store',
      // A change is finished even if the page is being left.
      keepalive: method !== 'GET',
      signal: platform.timeout(TIMEOUT_MS),
      // Undefined for undefined: no body.
      body: JSON.stringify(body),
    });
    const { status, headers } = response;
    if (status === 304) return {};
    const json = response.json();
    if (response.ok) return { body: await json, etag: headers.get('etag') ?? undefined };
    // Ours have a `code` and a `detail`, API Gateway's own a `message`, a proxy's page neither.
    const { code = `http_${status}`, detail, message = detail ?? code } = (await json.catch(() => undefined)) ?? {};
    const seconds = Math.min(RETRY_AFTER_MAX_SECONDS, Number(headers.get('retry-after')));
    return { failure: { code, message, status, retryAfterSeconds: seconds || undefined } };
  }

  function call(method: string, path: string, body?: object, etag?: string): Promise<Reply> {
    return answered(async () => {
      const reply = await attempt(false, method, path, body, etag);
      return reply.failure?.status === 401 && getToken ? attempt(true, method, path, body, etag) : reply;
    });
  }

  return {
    call,
    /** Whose list this is, as far as it is known. */
    async owner(): Promise<string | undefined> {
      // If it fails, the ticket request asks again, and reports it.
      await authorize(false).catch(() => undefined);
      const [sub, org = orgId] = subject?.split(' ') ?? [];
      const user = userId ?? sub;
      return user && org ? `${user} ${org}` : user;
    },
    /** The body is the URL of a new socket. */
    socketUrl: () =>
      answered(async () => {
        const { failure, body } = getTicket ? { body: await getTicket(asked) } : await call('POST', '/api/v2/tickets');
        if (failure) return { failure };
        if (!body) return { failure: { code: 'signed_out', message: 'getTicket returned null' } };
        const url = new URL(body.ws_url);
        url.searchParams.set('ticket', body.ticket);
        return { body: url.href };
      }),
  };
}

/** No answer, or none that makes sense, is a failure like a server that is away. */
const answered = (run: () => Promise<Reply>): Promise<Reply> =>
  run().catch((error) => ({ failure: { code: 'network', message: `${error}` } }));
