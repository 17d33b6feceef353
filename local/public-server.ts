// The public port: the control API and console, the issuer's documents, then the stack's APIs.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AwsEndpoint } from './aws/endpoint.ts';
import { foreignPageRefusal, hostRefusal, setSafeHeaders } from './browser-guard.ts';
import { serveConsole } from './console/serve-console.ts';
import type { ControlApi } from './control-api.ts';
import type { DynamoDbEngine } from './dynamodb-engine.ts';
import type { ExamplePages } from './examples/example-pages.ts';
import { type HttpApi, NOT_FOUND } from './gateway/http-api.ts';
import type { WebSocketApi } from './gateway/websocket-api.ts';
import { refuseUpgrade } from './gateway/websocket-upgrade.ts';
import type { Issuer } from './issuer.ts';

/** Routes that IAM guards: the runtime's constant key must not let a page in. */
const IAM_PATH = /^\/internal\/|^\/[^/]+\/@connections\//;
/**
 * As on AWS, where a back end makes this URL from the WebSocket API's own: the same host, the stage, the connection.
 */
const CONNECTIONS_PATH = /^\/[^/]+\/@connections\//;

export function publicServer(
  server: Server,
  parts: {
    engine: Pick<DynamoDbEngine, 'problem'>;
    local: ControlApi;
    issuer: Issuer;
    api: HttpApi;
    sockets: WebSocketApi;
    aws: AwsEndpoint;
    examples: ExamplePages;
  },
): void {
  const { engine, local, issuer, api, sockets, aws, examples } = parts;
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const path = (req.url ?? '/').split('?')[0];
    // The stack's own answer says that its function runs, which is of no use without a table.
    if (path === '/health' && engine.problem !== undefined) {
      res.writeHead(503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      res.end(JSON.stringify({ status: 'unavailable', message: engine.problem }));
      return;
    }
    if (path?.startsWith('/_local/')) return local.handle(req, res);
    if (CONNECTIONS_PATH.test(path ?? '')) return aws.handle(req, res);
    if (await examples.handle(req, res)) return;
    if (!(path === '/' && api.ownsRoot) && (await serveConsole(req, res))) return;
    if (issuer.handle(req, res)) return;
    if (await api(req, res)) return;
    res.writeHead(NOT_FOUND.status, NOT_FOUND.headers).end(NOT_FOUND.body);
  };
  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    setSafeHeaders(res);
    const path = (req.url ?? '/').split('?')[0]!;
    const refusal = hostRefusal(req.headers) ?? (IAM_PATH.test(path) ? foreignPageRefusal(req.headers) : undefined);
    if (refusal !== undefined) {
      res.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
      res.end(JSON.stringify({ message: refusal }));
      return;
    }
    answer(req, res).catch((error: unknown) => {
      // Whatever a request did, the runtime goes on and says so.
      if (!res.headersSent) res.writeHead(500, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ message: `The local runtime failed: ${String(error)}` }));
    });
  });
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = hostRefusal(req.headers);
    if (refusal !== undefined) refuseUpgrade(socket, 403, refusal);
    else sockets.handleUpgrade(req, socket, head);
  });
}
