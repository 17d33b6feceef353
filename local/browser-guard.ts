// Keeps web pages away from the runtime: a page open in the developer's browser must not read or change anything here.
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];

/** `Sec-Fetch-Site` of a request that a page of this very origin made, or a person by typing the address. */
const OWN_SITES = [undefined, 'same-origin', 'none'];

/** Content of a script, style or frame: only our own, and nobody may frame it. */
export const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'";
/** For everything that is no page. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * Why a request is refused for its `Host`: a page whose name was rebound to 127.0.0.1 sends that name.
 * https://fetch.spec.whatwg.org/#http-network-or-cache-fetch forbids a page to set `Host`, `Origin` and `Sec-Fetch-*`.
 */
export function hostRefusal({ host = '' }: IncomingHttpHeaders): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (LOOPBACK_HOSTS.includes(name)) return undefined;
  return `The local runtime answers only requests to ${LOOPBACK_HOSTS.join(', ')}. Use one of these as the host.`;
}

/** Why a request is refused that any web page made, whatever its origin. */
export function pageRefusal(headers: IncomingHttpHeaders): string | undefined {
  const marks = Object.keys(headers).filter((name) => name === 'origin' || name.startsWith('sec-fetch-'));
  // Older browsers load an image without any of these headers; all of them send such a user agent.
  if (headers['user-agent']?.startsWith('Mozilla/')) marks.push('user-agent of a browser');
  if (marks.length === 0 || isNodeFetch(headers, marks)) return undefined;
  return (
    `Web pages may not use this endpoint, and the request has the header ${marks[0]}. ` +
    'Call it with an AWS SDK, the AWS CLI or curl.'
  );
}

/** `fetch` of Node.js sends `Sec-Fetch-Mode`, but never the `Sec-Fetch-Site` that every browser adds to it. */
const isNodeFetch = (headers: IncomingHttpHeaders, marks: string[]): boolean =>
  headers['user-agent'] === 'node' && marks.join() === 'sec-fetch-mode';

/** Why a request is refused that a page of another origin made. Another port of localhost is another origin. */
export function foreignPageRefusal(headers: IncomingHttpHeaders): string | undefined {
  const { origin, host } = headers;
  const isOwn = origin === undefined || origin === `http://${host}`;
  if (isOwn && OWN_SITES.some((site) => site === headers['sec-fetch-site'])) return undefined;
  return 'Pages of other origins may not use this endpoint. Call it from the console or from outside a browser.';
}

/**
 * The origin of a page that another server on this machine serves, such as `http://localhost:5173` of a front end's dev
 * server. Undefined for every other page.
 */
export function loopbackOrigin({ origin = '' }: IncomingHttpHeaders): string | undefined {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  return url && /^https?:$/.test(url.protocol) && LOOPBACK_HOSTS.includes(url.hostname) ? url.origin : undefined;
}

/** Sets what browsers must know of every answer. A page replaces the policy by `PAGE_POLICY`. */
export function setSafeHeaders(res: ServerResponse): void {
  res.setHeader('x-content-type-options', 'nosniff');
  res.setHeader('content-security-policy', DATA_POLICY);
  res.setHeader('x-frame-options', 'DENY');
  res.setHeader('cross-origin-resource-policy', 'same-origin');
  // A page that opens the console in a window gets no hold of it.
  res.setHeader('cross-origin-opener-policy', 'same-origin');
  res.setHeader('referrer-policy', 'no-referrer');
}
