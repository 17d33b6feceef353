// The HTTP API of the template, as a handler for node:http.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { accessLogBytes } from '../log-event.ts';
import type { Resource, Stack } from '../stack.ts';
import { checkProperties, checkStage, notEmulated } from './check-properties.ts';
import { type Cors, cors } from './cors.ts';
import type { HttpApiDeps } from './gateway-deps.ts';
import { routeAuthorizers } from './http-authorization.ts';
import type { HttpCall } from './http-event.ts';
import { routeIntegrations } from './http-integrations.ts';
import { type HttpResponse, messageResponse } from './http-response.ts';
import { httpRoutes, matchRoute } from './http-routes.ts';
import { requestBody } from './request-body.ts';
import { gatewayId } from './request-ids.ts';
import { throttle } from './throttle.ts';

/** AWS's limit on the request line and all headers together: 10,240 bytes. */
const MAX_HEADER_BYTES = 10_240;
/** An HTTP API is billed per started 512 KB of request payload. */
const BILLED_BYTES = 512 * 1024;

export interface HttpApi {
  /** Resolves to false when no route of the API answers; the request is then untouched. */
  (req: IncomingMessage, res: ServerResponse): Promise<boolean>;
  /** Whether the app itself has a route for `/`: the console then isn't served there. */
  readonly ownsRoot: boolean;
}

/** What AWS answers where no route matches. */
export const NOT_FOUND = messageResponse(404, 'Not Found');

export function httpApi(stack: Stack, deps: HttpApiDeps): HttpApi {
  const apis = stack.ofType('AWS::ApiGatewayV2::Api').filter((api) => api.properties.ProtocolType === 'HTTP');
  const [api] = apis;
  if (!api) return Object.assign(async () => false, { ownsRoot: false });
  if (apis[1]) notEmulated(apis[1], 'ProtocolType', 'HTTP', 'The local runtime serves one HTTP API.');
  checkProperties(api);
  const stage = theStage(stack, api);
  const routes = httpRoutes(stack, api.ref);
  const crossOrigin = api.properties.CorsConfiguration ? cors(api.properties.CorsConfiguration) : undefined;
  const mayPass = throttle(stage, deps.clock);
  const authorize = routeAuthorizers(stack, api.ref, routes, deps);
  const integrate = routeIntegrations(stack, api.ref, stage, routes, deps);

  const answer = async (req: IncomingMessage, path: string, query: string): Promise<HttpResponse | undefined> => {
    const matched = matchRoute(routes, req.method ?? 'GET', path);
    if (!matched) return crossOrigin?.isPreflight(req) ? preflight(crossOrigin, req) : undefined;
    const { route } = matched;
    if (headerBytes(req) > MAX_HEADER_BYTES) return messageResponse(431, 'Request Header Fields Too Large');
    if (!mayPass(route.key)) return messageResponse(429, 'Too Many Requests');
    const body = await requestBody(req);
    if (!body) return messageResponse(413, 'Request Entity Too Large', { connection: 'close' });
    const call: HttpCall = {
      req,
      matched,
      path,
      query,
      body,
      requestId: gatewayId(),
      nowMs: deps.clock.now(),
      authorizer: undefined,
    };
    const verdict = await authorize(call);
    if ('status' in verdict) return verdict;
    call.authorizer = verdict.authorizer;
    if (crossOrigin?.isPreflight(req)) return preflight(crossOrigin, req);
    deps.meter.add('http_api_requests', Math.max(1, Math.ceil(body.length / BILLED_BYTES)), route.key);
    const response = await integrate(call);
    deps.meter.add('log_gb', accessLogBytes(stage.properties) / 1e9, 'HTTP access log');
    response.headers['apigw-requestid'] ??= call.requestId;
    return response;
  };

  const handle = async (req: IncomingMessage, res: ServerResponse) => {
    const [path = '/', query = ''] = splitOnce(req.url ?? '/', '?');
    let response: HttpResponse | undefined;
    try {
      response = await deps.activity.track(answer(req, path, query));
    } catch (error) {
      deps.log('HTTP API: a request failed inside the gateway', { method: req.method, path, error: String(error) });
      response = messageResponse(500, 'Internal Server Error');
    }
    if (!response) return false;
    send(req, res, crossOrigin, response);
    deps.meter.add('data_out_gb', responseBytes(response) / 1e9, 'HTTP');
    return true;
  };
  // `$default` matches everything: it doesn't mean that the app has a page there.
  const ownsRoot = matchRoute(routes, 'GET', '/')?.route.segments !== undefined;
  return Object.assign(handle, { ownsRoot });
}

function theStage(stack: Stack, api: Resource): Resource {
  const stages = stack.ofType('AWS::ApiGatewayV2::Stage').filter((stage) => stage.properties.ApiId === api.ref);
  const stage = stages.find((candidate) => candidate.properties.StageName === '$default');
  if (!stage || stages.length > 1) {
    notEmulated(
      api,
      'Stage',
      stages.map((s) => s.properties.StageName),
      'An HTTP API here has exactly one stage, $default.',
    );
  }
  checkStage(stage);
  return stage;
}

const preflight = (crossOrigin: Cors, req: IncomingMessage): HttpResponse => ({
  status: 204,
  headers: crossOrigin.preflightHeaders(req),
  body: '',
});

function send(req: IncomingMessage, res: ServerResponse, crossOrigin: Cors | undefined, response: HttpResponse): void {
  if (res.destroyed || res.headersSent) return;
  const headers: HttpResponse['headers'] = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (!crossOrigin || response.status === 204 || !name.startsWith('access-control-')) headers[name] = value;
  }
  Object.assign(headers, crossOrigin?.responseHeaders(req));
  try {
    res.writeHead(response.status, headers).end(response.body);
  } catch {
    // A header name or value that HTTP can't carry: AWS calls such a response malformed.
    for (const name of res.getHeaderNames()) res.removeHeader(name);
    const { status, headers: plain, body } = messageResponse(500, 'Internal Server Error');
    res.writeHead(status, plain).end(body);
  }
}

function responseBytes({ body, headers }: HttpResponse): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, value] of Object.entries(headers)) bytes += name.length + String(value).length + 4;
  return bytes;
}

function headerBytes(req: IncomingMessage): number {
  let bytes = (req.method?.length ?? 0) + (req.url?.length ?? 0) + 12;
  for (const part of req.rawHeaders) bytes += Buffer.byteLength(part) + 2;
  return bytes;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
