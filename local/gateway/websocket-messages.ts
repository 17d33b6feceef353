// What happens with one message of a client: its route, the integration, the frame that may go back.
import { isObject } from '../is-object.ts';
import type { Stack } from '../stack.ts';
import type { ConnectionTable } from './connections.ts';
import type { WebSocketApiDeps } from './gateway-deps.ts';
import type { CallLambda } from './lambda-integration.ts';
import { gatewayId } from './request-ids.ts';
import { type ConnectionFacts, messageEvent, type RequestContext, requestContext } from './websocket-events.ts';
import type { WebSocketDefinition, WebSocketRoute } from './websocket-routes.ts';

interface MessageDeps extends WebSocketApiDeps {
  callLambda: CallLambda;
  table: ConnectionTable;
  mayPass(stageName: string, routeKey: string): boolean;
}

export type HandleMessage = (facts: ConnectionFacts, message: string) => Promise<void>;

/** Messages of one connection may be processed at the same time, and answered out of order, as on AWS. */
export function messageHandler(stack: Stack, api: WebSocketDefinition, deps: MessageDeps): HandleMessage {
  const { table, callLambda, clock, log } = deps;
  const reply = (facts: ConnectionFacts, frame: string) => {
    table.post(facts.connectionId, Buffer.from(frame));
  };
  const replyError = (facts: ConnectionFacts, message: string, requestId: string) =>
    reply(facts, JSON.stringify({ message, connectionId: facts.connectionId, requestId }));

  const runLambda = async (facts: ConnectionFacts, route: WebSocketRoute, context: RequestContext, message: string) => {
    const stageArn = `arn:aws:execute-api:${stack.region}:${stack.accountId}:${api.apiId}/${facts.stageName}`;
    const event = messageEvent(facts, context, message);
    const outcome = await callLambda(route.lambdaUri!, `${stageArn}/${route.key}`, event, route.timeoutMs);
    if (outcome.kind === 'result') return { ok: true as const, frame: frameFrom(outcome.payload) };
    const why = outcome.kind === 'failed' ? outcome.errorMessage : outcome.kind;
    log('WebSocket API: the integration failed', { route: route.key, connectionId: facts.connectionId, why });
    return { ok: false as const };
  };

  return async (facts, message) => {
    const route = api.select(message);
    if (!route) return replyError(facts, 'Forbidden', gatewayId());
    if (!deps.mayPass(facts.stageName, route.key)) {
      table.end(facts.connectionId, 1008, 'Too Many Requests');
      return;
    }
    const context = requestContext(facts, route.key, 'MESSAGE', clock.now());
    const answer = route.mock
      ? route.mock({ context: { ...context, messageId: gatewayId() }, body: message })
      : await runLambda(facts, route, context, message);
    if (!answer.ok) replyError(facts, 'Internal server error', context.requestId);
    else if (route.responds && answer.frame !== undefined) reply(facts, answer.frame);
  };
}

/** The `body` of a proxy response. */
function frameFrom(payload: unknown): string | undefined {
  const { body, isBase64Encoded } = isObject(payload) ? payload : {};
  if (body === undefined || body === null || body === '') return undefined;
  if (typeof body !== 'string') return JSON.stringify(body);
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}
