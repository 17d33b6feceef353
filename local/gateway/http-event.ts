// The Lambda proxy event of an HTTP API, payload format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { decode, type MatchedRoute } from './http-routes.ts';
import { clfTime, sourceIp, traceHeader } from './request-ids.ts';

export interface HttpCall {
  req: IncomingMessage;
  matched: MatchedRoute;
  /** As sent, percent-encoded. */
  path: string;
  /** As sent, without the question mark. */
  query: string;
  body: Buffer;
  requestId: string;
  nowMs: number;
  /** `requestContext.authorizer` */
  authorizer: Record<string, unknown> | undefined;
}

export interface HttpStage {
  accountId: string;
  apiId: string;
  stageName: string;
  stageVariables: Record<string, string> | undefined;
}

export function httpEvent(stage: HttpStage, call: HttpCall) {
  const { req, matched } = call;
  const { headers, cookies } = eventHeaders(req, call.nowMs);
  // The HTTP API decodes the path, and cuts it where the decoded text has a question mark: seen in live captures
  // (https://github.com/middleapi/standard-server/pull/93).
  const rawPath = decode(call.path).split('?')[0] ?? '';
  const query = queryParameters(call.query);
  const domainName = String(req.headers.host ?? '127.0.0.1');
  const isBase64Encoded = call.body.length > 0 && !isText(req, call.body);
  return {
    version: '2.0',
    routeKey: matched.route.key,
    rawPath,
    rawQueryString: call.query,
    ...(cookies && { cookies }),
    headers,
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: stage.accountId,
      apiId: stage.apiId,
      ...(call.authorizer && { authorizer: call.authorizer }),
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: req.method,
        path: rawPath,
        protocol: `HTTP/${req.httpVersion}`,
        sourceIp: sourceIp(req.socket.remoteAddress),
        userAgent: req.headers['user-agent'] ?? '',
      },
      requestId: call.requestId,
      routeKey: matched.route.key,
      stage: stage.stageName,
      time: clfTime(call.nowMs),
      timeEpoch: Math.floor(call.nowMs),
    },
    ...(Object.keys(matched.pathParameters).length > 0 && { pathParameters: matched.pathParameters }),
    ...(stage.stageVariables && { stageVariables: stage.stageVariables }),
    ...(call.body.length > 0 && { body: call.body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'proxy-connection'];

function eventHeaders(req: IncomingMessage, nowMs: number) {
  const headers: Record<string, string> = { 'content-length': '0' };
  const cookies: string[] = [];
  for (let i = 0; i < req.rawHeaders.length; i += 2) {
    const name = req.rawHeaders[i]!.toLowerCase();
    const value = req.rawHeaders[i + 1]!;
    if (name === 'cookie') cookies.push(...value.split('; '));
    else if (name === 'content-length') headers[name] = value;
    else if (!HOP_BY_HOP.includes(name))
      headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  const port = req.socket.localPort;
  headers['x-amzn-trace-id'] ??= traceHeader(nowMs);
  const client = sourceIp(req.socket.remoteAddress);
  headers['x-forwarded-for'] = headers['x-forwarded-for'] ? `${headers['x-forwarded-for']}, ${client}` : client;
  headers['x-forwarded-port'] = String(port ?? 80);
  headers['x-forwarded-proto'] = 'http';
  return { headers, cookies: cookies.length > 0 ? cookies : undefined };
}

/** Repeated names are joined with a comma, in order. */
function queryParameters(query: string): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = Object.hasOwn(parameters, name) ? `${parameters[name]},${value}` : value;
  }
  return Object.keys(parameters).length > 0 ? parameters : undefined;
}

/** Anything that isn't plainly text is handed over in base64, forms (x-www-form-urlencoded) among it, as on AWS. */
function isText(req: IncomingMessage, body: Buffer): boolean {
  const type = req.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? 'text/plain';
  const textual = /^(text\/.*|application\/(json|javascript|xml)|application\/.*\+(json|xml))$/.test(type);
  return textual && req.headers['content-encoding'] === undefined && isUtf8(body);
}
