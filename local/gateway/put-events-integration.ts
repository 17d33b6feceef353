// The first-class integration EventBridge-PutEvents: one entry a request, its fields mapped from the request.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html

import { AwsError } from '../aws/aws-error.ts';
import type { WireRequest } from '../aws/service.ts';
import type { Principal } from '../iam/principal.ts';
import { assumableBy, roleStatements } from '../iam/role-statements.ts';
import { isObject } from '../is-object.ts';
import type { Resource, Stack } from '../stack.ts';
import { notEmulated } from './check-properties.ts';
import type { HttpApiDeps } from './gateway-deps.ts';
import type { HttpCall } from './http-event.ts';
import { type HttpResponse, messageResponse } from './http-response.ts';

/** Of AWS's list, Time, Resources, Region and TraceHeader are left out until something needs them. */
const PARAMETERS = ['Detail', 'DetailType', 'Source', 'EventBusName'];
const REQUIRED = ['Detail', 'DetailType', 'Source'];

type Mapping = { name: string; expression: string; value(call: HttpCall): string | undefined };

export function putEventsIntegration(
  stack: Stack,
  integration: Resource,
  deps: HttpApiDeps,
): (call: HttpCall) => Promise<HttpResponse> {
  const { RequestParameters = {}, CredentialsArn } = integration.properties;
  const mappings = Object.entries(RequestParameters).map(([name, expression]): Mapping => {
    if (!PARAMETERS.includes(name)) notEmulated(integration, `RequestParameters.${name}`, expression);
    return { name, expression: String(expression), value: selector(integration, String(expression)) };
  });
  const missing = REQUIRED.find((name) => !(name in RequestParameters));
  if (missing)
    notEmulated(integration, 'RequestParameters', RequestParameters, `EventBridge-PutEvents needs ${missing}.`);
  if (!CredentialsArn || !assumableBy(stack, CredentialsArn, 'apigateway.amazonaws.com')) {
    notEmulated(
      integration,
      'CredentialsArn',
      CredentialsArn,
      'It must be a role that trusts apigateway.amazonaws.com.',
    );
  }
  const role: Principal = {
    name: 'apigateway.amazonaws.com',
    arn: CredentialsArn,
    statements: roleStatements(stack, CredentialsArn),
  };
  const { events } = deps;
  if (!events) throw new Error(`${integration.logicalId}: EventBridge-PutEvents needs the runtime's events service`);

  return async (call) => {
    const entry: Record<string, string> = {};
    for (const { name, expression, value } of mappings) {
      const found = value(call);
      if (found === undefined) {
        const text = `Unable to resolve property ${name} from source ${expression}. Please make sure that the request to API Gateway contains all the necessary fields specified in request parameters.`;
        return messageResponse(400, text);
      }
      entry[name] = found;
    }
    const request: WireRequest = {
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1' },
      body: Buffer.from(JSON.stringify({ Entries: [entry] })),
    };
    try {
      const operation = events.decode(request, role);
      const { name, permissions } = operation;
      const result = await deps.gate.call({
        who: role,
        service: events.name,
        operation: name,
        permissions,
        run: () => operation.run(),
      });
      const { status, body = '' } = events.encode(name, result, request);
      return { status, headers: { 'content-type': 'application/json' }, body };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { status, body = '' } = events.encodeError(error, request);
      return { status, headers: { 'content-type': 'application/json' }, body };
    }
  };
}

/**
 * `$request.body`, `$request.body.a.b`, `$request.header.x`, `$request.querystring.x`, `$request.path.x`, or a
 * constant.
 */
function selector(integration: Resource, expression: string): Mapping['value'] {
  if (!expression.includes('$')) return () => expression;
  const [, place, rest] = /^\$request\.(body|header|querystring|path)(?:\.([\w.-]+))?$/.exec(expression) ?? [];
  if (place === 'body') return (call) => bodyValue(call.body, rest?.split('.') ?? []);
  if (place === 'header' && rest) return (call) => call.req.headers[rest.toLowerCase()]?.toString();
  if (place === 'querystring' && rest) return (call) => new URLSearchParams(call.query).get(rest) ?? undefined;
  if (place === 'path' && rest) return (call) => call.matched.pathParameters[rest];
  return notEmulated(integration, 'RequestParameters', expression);
}

function bodyValue(body: Buffer, path: string[]): string | undefined {
  const text = body.toString('utf8');
  if (path.length === 0) return text === '' ? undefined : text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // a body that isn't JSON has no fields: the caller hears which one is missing
  }
  for (const name of path) value = isObject(value) ? value[name] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
