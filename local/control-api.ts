// The control API of the runtime, under /_local/: JSON over HTTP for people, tests and tools. It exists on localhost
// only.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from './aws/aws-error.ts';
import { readBody } from './aws/read-body.ts';
import { foreignPageRefusal, loopbackOrigin } from './browser-guard.ts';
import { LocalError, type LocalRoutes, TakeOver } from './control-route.ts';
import { type LocalParts, localRoutes } from './control-routes.ts';

export interface ControlApi {
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** What GET /_local/outputs answers. */
  outputs(): Record<string, string>;
}

const MAX_BODY_BYTES = 2 * 1024 * 1024;
/**
 * Open to pages of other servers on this machine: a front end on its own dev server needs a token, and nothing else.
 */
const TOKENS = '/_local/tokens';

export function controlApi(parts: LocalParts): ControlApi {
  const { routes, outputs } = localRoutes(parts);
  return {
    outputs,
    async handle(req, res) {
      const origin = req.url === TOKENS ? loopbackOrigin(req.headers) : undefined;
      if (origin !== undefined) {
        res.setHeader('access-control-allow-origin', origin);
        res.setHeader('access-control-allow-headers', 'content-type');
        res.setHeader('vary', 'Origin');
      }
      if (origin !== undefined && req.method === 'OPTIONS') {
        res.writeHead(204).end();
        return;
      }
      const { status, body } = await answer(req, routes);
      // Faults, the clock, phones: whatever it changed, open consoles show it.
      if (req.method !== 'GET') parts.stream.touch();
      if (body instanceof TakeOver) return body.response(res);
      res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      res.end(JSON.stringify(body));
    },
  };
}

async function answer(req: IncomingMessage, routes: LocalRoutes): Promise<{ status: number; body: unknown }> {
  try {
    if (req.url !== TOKENS || loopbackOrigin(req.headers) === undefined) refuseForeignPages(req);
    const url = new URL(req.url ?? '/', 'http://127.0.0.1');
    const direct = `${req.method} ${url.pathname}`;
    const cut = url.pathname.lastIndexOf('/') + 1;
    const route = routes[direct] ?? routes[`${req.method} ${url.pathname.slice(0, cut)}`];
    if (!route) {
      const known = Object.keys(routes).join(', ');
      throw new LocalError(404, `${direct} is not known. The control API has: ${known}.`);
    }
    const raw = await readBody(req, MAX_BODY_BYTES);
    if (raw === undefined) throw new LocalError(413, `A body may have at most ${MAX_BODY_BYTES} bytes.`);
    const body = parse(raw);
    return {
      status: 200,
      body: await route({ query: url.searchParams, body, rest: decoded(url.pathname.slice(cut)) }),
    };
  } catch (error) {
    if (error instanceof LocalError) return { status: error.status, body: { message: error.message } };
    if (error instanceof AwsError) return { status: error.status, body: { code: error.code, message: error.message } };
    throw error;
  }
}

function decoded(rest: string): string {
  try {
    return decodeURIComponent(rest);
  } catch {
    throw new LocalError(400, `${rest} in the path is not percent-encoded UTF-8.`);
  }
}

function parse(raw: Buffer): any {
  if (raw.length === 0) return {};
  try {
    const body: unknown = JSON.parse(raw.toString('utf8'));
    if (typeof body === 'object' && body !== null) return body;
  } catch {
    // Answered below, like everything else that is no JSON object.
  }
  throw new LocalError(400, 'The body must be a JSON object.');
}

/** A page of another site must not drive this runtime through a developer's browser. */
function refuseForeignPages(req: IncomingMessage): void {
  const refusal = foreignPageRefusal(req.headers);
  if (refusal !== undefined) throw new LocalError(403, refusal);
}
