// The events a WebSocket API hands to functions, in the shapes seen on AWS.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-integrations-lambda.html
import type { IncomingMessage } from 'node:http';
import { clfTime, gatewayId, sourceIp, traceHeader } from './request-ids.ts';

/** What stays the same for the whole life of a connection. */
export interface ConnectionFacts {
  connectionId: string;
  apiId: string;
  stageName: string;
  stageVariables: Record<string, string> | undefined;
  /** The Host the client connected to. */
  domainName: string;
  connectedAtMs: number;
  identity: { sourceIp: string; userAgent?: string };
  /** What the authorizer returned; present on every later event, and undefined without an authorizer. */
  authorizer: Record<string, string | number> | undefined;
}

export type EventType = 'CONNECT' | 'MESSAGE' | 'DISCONNECT';

export function requestContext(facts: ConnectionFacts, routeKey: string, eventType: EventType, nowMs: number) {
  const requestId = gatewayId();
  return {
    routeKey,
    ...(facts.authorizer && { authorizer: facts.authorizer }),
    eventType,
    extendedRequestId: requestId,
    requestTime: clfTime(nowMs),
    messageDirection: 'IN',
    stage: facts.stageName,
    connectedAt: Math.floor(facts.connectedAtMs),
    requestTimeEpoch: Math.floor(nowMs),
    identity: facts.identity,
    requestId,
    domainName: facts.domainName,
    connectionId: facts.connectionId,
    apiId: facts.apiId,
  };
}

export type RequestContext = ReturnType<typeof requestContext>;

/** Headers and query of the upgrade request, as `$connect` and its authorizer see them. */
export interface UpgradeDetails {
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
  queryStringParameters: Record<string, string>;
  multiValueQueryStringParameters: Record<string, string[]>;
}

export function upgradeDetails(req: IncomingMessage, query: string, nowMs: number): UpgradeDetails {
  const multiValueHeaders: Record<string, string[]> = {};
  const add = (into: Record<string, string[]>, name: string, value: string) => {
    if (Object.hasOwn(into, name)) into[name]!.push(value);
    else Object.defineProperty(into, name, { value: [value], enumerable: true, writable: true, configurable: true });
  };
  // Names keep the case the client wrote.
  for (let i = 0; i < req.rawHeaders.length; i += 2) add(multiValueHeaders, req.rawHeaders[i]!, req.rawHeaders[i + 1]!);
  if (!req.headers['x-amzn-trace-id']) add(multiValueHeaders, 'X-Amzn-Trace-Id', traceHeader(nowMs));
  add(multiValueHeaders, 'X-Forwarded-For', sourceIp(req.socket.remoteAddress));
  add(multiValueHeaders, 'X-Forwarded-Port', String(req.socket.localPort ?? 80));
  add(multiValueHeaders, 'X-Forwarded-Proto', 'http');
  const multiValueQueryStringParameters: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) add(multiValueQueryStringParameters, name, value);
  return {
    headers: lastOfEach(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: lastOfEach(multiValueQueryStringParameters),
    multiValueQueryStringParameters,
  };
}

const lastOfEach = (values: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1)!]));

export const authorizerEvent = (methodArn: string, facts: ConnectionFacts, details: UpgradeDetails, nowMs: number) => ({
  type: 'REQUEST',
  methodArn,
  ...details,
  stageVariables: facts.stageVariables ?? {},
  requestContext: requestContext(facts, '$connect', 'CONNECT', nowMs),
});

/** The handshake's own headers end at the gateway. */
const isHandshake = (name: string) => /^(connection|upgrade)$/i.test(name);

export function connectEvent(facts: ConnectionFacts, details: UpgradeDetails, nowMs: number) {
  const without = <T>(headers: Record<string, T>) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => !isHandshake(name)));
  const { queryStringParameters, multiValueQueryStringParameters } = details;
  return {
    headers: without(details.headers),
    multiValueHeaders: without(details.multiValueHeaders),
    ...(Object.keys(queryStringParameters).length > 0 && { queryStringParameters, multiValueQueryStringParameters }),
    ...variables(facts),
    requestContext: requestContext(facts, '$connect', 'CONNECT', nowMs),
    isBase64Encoded: false,
  };
}

export function messageEvent(facts: ConnectionFacts, context: RequestContext, body: string) {
  return {
    ...variables(facts),
    requestContext: { ...context, messageId: gatewayId() },
    body,
    isBase64Encoded: false,
  };
}

export function disconnectEvent(facts: ConnectionFacts, status: number, reason: string, nowMs: number) {
  const headers = {
    Host: facts.domainName,
    'x-api-key': '',
    'X-Forwarded-For': facts.identity.sourceIp,
    'x-restapi': '',
  };
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ...variables(facts),
    requestContext: {
      ...requestContext(facts, '$disconnect', 'DISCONNECT', nowMs),
      disconnectStatusCode: status,
      disconnectReason: reason,
    },
    isBase64Encoded: false,
  };
}

const variables = (facts: ConnectionFacts) => (facts.stageVariables ? { stageVariables: facts.stageVariables } : {});
