// The handshake of a WebSocket API: the authorizer, then `$connect`, and only then the 101.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Resource, Stack } from '../stack.ts';
import type { WebSocketApiDeps } from './gateway-deps.ts';
import type { CallLambda } from './lambda-integration.ts';
import { gatewayId, sourceIp } from './request-ids.ts';
import { type ConnectAuthorizer, connectAuthorizer } from './websocket-authorizer.ts';
import { type ConnectionFacts, connectEvent, upgradeDetails } from './websocket-events.ts';
import type { WebSocketDefinition } from './websocket-routes.ts';

/** AWS's limit on the URL of a WebSocket API. */
const MAX_URL_LENGTH = 4096;

export type Upgrade =
  | { ok: true; facts: ConnectionFacts; subprotocol: string | undefined }
  | { ok: false; status: number; message: string; connectionId?: string };

export type AcceptUpgrade = (req: IncomingMessage) => Promise<Upgrade>;

interface UpgradeDeps extends WebSocketApiDeps {
  callLambda: CallLambda;
  mayPass(stageName: string, routeKey: string): boolean;
}

const FORBIDDEN: Upgrade = { ok: false, status: 403, message: 'Forbidden' };

export function upgradeAcceptor(stack: Stack, api: WebSocketDefinition, deps: UpgradeDeps): AcceptUpgrade {
  const { callLambda, clock, log } = deps;
  const authorize: ConnectAuthorizer | undefined =
    api.authorizer && connectAuthorizer(stack, api.authorizer, callLambda, log);
  const connectRoute = api.routes.get('$connect');

  return async (req) => {
    const malformed = handshakeFault(req);
    if (malformed) return { ok: false, status: 400, message: malformed };
    const url = req.url ?? '/';
    if (url.length > MAX_URL_LENGTH) return { ok: false, status: 414, message: 'Request-URI Too Long' };
    const [path = '/', query = ''] = url.split(/\?(.*)/s);
    const stage = stageAt(api.stages, path);
    if (!stage) return FORBIDDEN;

    const nowMs = clock.now();
    const facts: ConnectionFacts = {
      connectionId: gatewayId(),
      apiId: api.apiId,
      stageName: stage.properties.StageName,
      stageVariables: stage.properties.StageVariables,
      domainName: req.headers.host ?? '127.0.0.1',
      connectedAtMs: nowMs,
      identity: {
        ...(req.headers['user-agent'] && { userAgent: req.headers['user-agent'] }),
        sourceIp: sourceIp(req.socket.remoteAddress),
      },
      authorizer: undefined,
    };
    const refuse = (status: number, message: string): Upgrade => ({
      ok: false,
      status,
      message,
      connectionId: facts.connectionId,
    });
    if (!deps.mayPass(facts.stageName, '$connect')) return refuse(429, 'Too Many Requests');
    const details = upgradeDetails(req, query, nowMs);
    if (authorize) {
      const verdict = await authorize(facts, details, nowMs);
      if (!verdict.ok) return refuse(verdict.status, verdict.message);
      facts.authorizer = verdict.context;
    }
    if (!connectRoute?.lambdaUri) return { ok: true, facts, subprotocol: undefined };

    const sourceArn = `arn:aws:execute-api:${stack.region}:${stack.accountId}:${api.apiId}/${facts.stageName}/$connect`;
    const event = connectEvent(facts, details, nowMs);
    const outcome = await callLambda(connectRoute.lambdaUri, sourceArn, event, connectRoute.timeoutMs);
    if (outcome.kind === 'denied') return refuse(500, 'Internal server error');
    if (outcome.kind === 'timeout') return refuse(504, 'Endpoint request timed out');
    const status = outcome.kind === 'result' ? Number(outcome.payload?.statusCode) : Number.NaN;
    // A function that fails or answers without a status is a bad gateway to the client.
    if (!Number.isInteger(status) || status < 200 || status > 599) return refuse(502, 'Internal server error');
    if (status > 299) return refuse(status, STATUS_CODES[status] ?? 'Refused');
    const headers = outcome.kind === 'result' ? outcome.payload.headers : undefined;
    return { ok: true, facts, subprotocol: headerValue(headers, 'sec-websocket-protocol') };
  };
}

/** A named stage by its path; at the root the only stage, as behind a custom domain. */
function stageAt(stages: Resource[], path: string): Resource | undefined {
  const name = path.replace(/^\//, '').replace(/\/$/, '');
  return name === '' ? stages[0] : stages.find((stage) => stage.properties.StageName === name);
}

/** What `ws` would refuse, found before any function runs. */
function handshakeFault(req: IncomingMessage): string | undefined {
  const { upgrade, 'sec-websocket-key': key = '', 'sec-websocket-version': version } = req.headers;
  if (req.method !== 'GET' || upgrade?.toLowerCase() !== 'websocket') return 'Not a WebSocket handshake';
  if (!/^[+/0-9A-Za-z]{22}==$/.test(key)) return 'Missing or invalid Sec-WebSocket-Key header';
  if (version !== '13' && version !== '8') return 'Missing or invalid Sec-WebSocket-Version header';
  const protocols = req.headers['sec-websocket-protocol'];
  if (protocols === undefined) return undefined;
  const offered = protocols.split(',').map((name) => name.trim());
  const valid = offered.every((name) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name));
  return valid && new Set(offered).size === offered.length ? undefined : 'Invalid Sec-WebSocket-Protocol header';
}

function headerValue(headers: Record<string, unknown> | undefined, wanted: string): string | undefined {
  const found = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1];
  // A value with a line break would become a header of its own.
  return typeof found === 'string' && /^[\x20-\x7e]+$/.test(found) ? found : undefined;
}

/** Answers an upgrade with a plain HTTP response and closes. */
export function refuseUpgrade(socket: Duplex, status: number, message: string, connectionId?: string): void {
  const body = JSON.stringify({ message, ...(connectionId && { connectionId }), requestId: gatewayId() });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
