// The WebSocket API of the template, as an upgrade handler for node:http.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Stack } from '../stack.ts';
import { type ConnectionLimits, type Connections, connectionTable } from './connections.ts';
import { tapFrames } from './frame-tap.ts';
import type { WebSocketApiDeps } from './gateway-deps.ts';
import { lambdaCaller } from './lambda-integration.ts';
import { throttle } from './throttle.ts';
import { type ConnectionFacts, disconnectEvent } from './websocket-events.ts';
import { messageHandler } from './websocket-messages.ts';
import { webSocketDefinition } from './websocket-routes.ts';
import { refuseUpgrade, upgradeAcceptor } from './websocket-upgrade.ts';

/** AWS's limit on a message: 128 KB. */
export const MAX_MESSAGE_BYTES = 128 * 1024;
/** Our choice: how long a client may take to answer a close frame before its socket is destroyed. */
const CLOSE_TIMEOUT_MS = 2_000;

export interface WebSocketApi {
  /** Undefined when the template has no WebSocket API. */
  apiId: string | undefined;
  stageNames: string[];
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  connections: Connections;
  /** Adds the open connections' minutes to the meter; call it before reading the meter. */
  meterMinutes(): void;
  /** Cuts every connection without `$disconnect`. */
  close(): void;
}

export function webSocketApi(stack: Stack, deps: WebSocketApiDeps, limits: ConnectionLimits = {}): WebSocketApi {
  const { clock, meter, activity, log } = deps;
  const api = webSocketDefinition(stack);
  const callLambda = lambdaCaller(stack, deps);
  const buckets = new Map(api?.stages.map((stage) => [stage.properties.StageName, throttle(stage, clock)]));
  const mayPass = (stageName: string, routeKey: string) => buckets.get(stageName)?.(routeKey) ?? true;

  const disconnected = async (facts: ConnectionFacts, status: number, reason: string) => {
    const route = api?.routes.get('$disconnect');
    if (!route?.lambdaUri) return;
    const sourceArn = `arn:aws:execute-api:${stack.region}:${stack.accountId}:${facts.apiId}/${facts.stageName}/$disconnect`;
    const event = disconnectEvent(facts, status, reason, clock.now());
    const outcome = await callLambda(route.lambdaUri, sourceArn, event, route.timeoutMs);
    if (outcome.kind !== 'result') log('WebSocket API: $disconnect failed', { connectionId: facts.connectionId });
  };
  /** For work nobody waits for: in flight until done, and a failure is a line in the log. */
  const inBackground = (what: string, work: Promise<void>) => {
    activity.track(work).catch((error) => log(`WebSocket API: ${what} failed`, { error: String(error) }));
  };
  const table = connectionTable({
    clock,
    meter,
    limits,
    ended: (facts, status, reason) => inBackground('$disconnect', disconnected(facts, status, reason)),
  });
  const handle = api && messageHandler(stack, api, { ...deps, callLambda, table, mayPass });
  const accept = api && upgradeAcceptor(stack, api, { ...deps, callLambda, mayPass });
  const subprotocols = new WeakMap<IncomingMessage, string>();
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    closeTimeout: CLOSE_TIMEOUT_MS,
    handleProtocols: (_offered, req) => subprotocols.get(req) ?? false,
  } as ConstructorParameters<typeof WebSocketServer>[0]);

  const serve = (ws: WebSocket, socket: Duplex, facts: ConnectionFacts) => {
    const { connectionId } = facts;
    table.open(facts, ws);
    tapFrames(socket, () => table.end(connectionId, 1009, 'Frame too large'));
    ws.on('message', (data: Buffer, isBinary) => {
      // A connection that has ended may still have messages in its receive buffer.
      if (!table.get(connectionId)) return;
      if (isBinary) {
        table.end(connectionId, 1003, 'Binary frames are not supported');
        return;
      }
      table.received(connectionId, data.length);
      inBackground('a message', handle!(facts, data.toString('utf8')));
    });
    // `ws` closes the socket itself after a protocol error; what follows is 'close'.
    ws.on('error', (error) =>
      log('WebSocket API: a client broke the protocol', { connectionId, error: error.message }),
    );
    ws.on('close', (code, reason) => table.forget(connectionId, code, reason.toString() || closeReason(code)));
  };

  const upgrade = async (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!accept) return refuseUpgrade(socket, 403, 'Forbidden');
    const result = await accept(req);
    if (!result.ok) return refuseUpgrade(socket, result.status, result.message, result.connectionId);
    if (socket.destroyed || !socket.writable) {
      // The client left while $connect ran: it did connect as far as the functions know.
      return disconnected(result.facts, 1006, closeReason(1006));
    }
    if (result.subprotocol) subprotocols.set(req, result.subprotocol);
    server.handleUpgrade(req, socket, head, (ws) => serve(ws, socket, result.facts));
  };

  return {
    apiId: api?.apiId,
    stageNames: api?.stages.map((stage) => stage.properties.StageName) ?? [],
    handleUpgrade(req, socket, head) {
      // A client that goes away during the handshake must not end the process; the write that follows finds out.
      socket.on('error', () => socket.destroy());
      const work = upgrade(req, socket, head).catch((error) => {
        refuseUpgrade(socket, 500, 'Internal server error');
        throw error;
      });
      inBackground('an upgrade', work);
    },
    connections: table,
    meterMinutes: table.meterMinutes,
    close() {
      table.close();
      server.close();
    },
  };
}

/** What AWS writes into disconnectReason when the client gave none, as far as known. */
function closeReason(code: number): string {
  if (code === 1005) return 'Client-side close frame status not set';
  return code === 1001 ? 'Going away' : '';
}
