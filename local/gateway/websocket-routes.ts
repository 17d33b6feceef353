// A WebSocket API as the template describes it: its stages, its routes and how a message selects one.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
import type { Resource, Stack } from '../stack.ts';
import { checkProperties, checkStage, notEmulated } from './check-properties.ts';
import { integrationOf } from './http-routes.ts';
import { dig } from './mapping-template.ts';
import { type MockIntegration, mockIntegration } from './mock-integration.ts';

export interface WebSocketRoute {
  key: string;
  /** Set on a Lambda integration. */
  lambdaUri: string | undefined;
  mock: MockIntegration | undefined;
  timeoutMs: number;
  /** Whether the integration's answer goes back as a frame. */
  responds: boolean;
}

export interface WebSocketDefinition {
  apiId: string;
  stages: Resource[];
  routes: Map<string, WebSocketRoute>;
  /** The route a message goes to; undefined when none matches and there is no `$default`. */
  select(message: string): WebSocketRoute | undefined;
  /** The `$connect` route's REQUEST authorizer. */
  authorizer: Resource | undefined;
}

/** AWS's maximum, and the default, for an integration of a WebSocket API. */
const MAX_TIMEOUT_MS = 29_000;

/** Undefined when the template has no WebSocket API. */
export function webSocketDefinition(stack: Stack): WebSocketDefinition | undefined {
  const apis = stack.ofType('AWS::ApiGatewayV2::Api').filter((api) => api.properties.ProtocolType === 'WEBSOCKET');
  const [api] = apis;
  if (!api) return undefined;
  if (apis[1]) notEmulated(apis[1], 'ProtocolType', 'WEBSOCKET', 'The local runtime serves one WebSocket API.');
  checkProperties(api);
  const ofApi = (type: string) => stack.ofType(type).filter((resource) => resource.properties.ApiId === api.ref);
  const stages = ofApi('AWS::ApiGatewayV2::Stage');
  stages.forEach(checkStage);
  const answered = new Set<string>();
  for (const response of ofApi('AWS::ApiGatewayV2::RouteResponse')) {
    checkProperties(response);
    if (response.properties.RouteResponseKey !== '$default') {
      notEmulated(response, 'RouteResponseKey', response.properties.RouteResponseKey, 'AWS knows only $default.');
    }
    answered.add(response.properties.RouteId);
  }
  const routes = new Map<string, WebSocketRoute>();
  let authorizer: Resource | undefined;
  for (const route of ofApi('AWS::ApiGatewayV2::Route')) {
    checkProperties(route);
    routes.set(route.properties.RouteKey, webSocketRoute(stack, route, answered.has(route.ref)));
    authorizer ??= authorizerOf(stack, route);
  }
  const actionPath = selectionPath(api);
  return {
    apiId: api.ref,
    stages,
    routes,
    authorizer,
    select(message) {
      const action = actionOf(message, actionPath);
      const route = action === '$connect' || action === '$disconnect' ? undefined : routes.get(action);
      return route ?? routes.get('$default');
    },
  };
}

function webSocketRoute(stack: Stack, route: Resource, answered: boolean): WebSocketRoute {
  const { RouteKey: key, RouteResponseSelectionExpression: selection } = route.properties;
  if (selection && selection !== '$default') notEmulated(route, 'RouteResponseSelectionExpression', selection);
  const integration = integrationOf(stack, route);
  const { IntegrationType: type, IntegrationUri, TimeoutInMillis } = integration.properties;
  if (type !== 'AWS_PROXY' && type !== 'MOCK') notEmulated(integration, 'IntegrationType', type);
  for (const name of ['IntegrationSubtype', 'RequestParameters', 'CredentialsArn']) {
    const value = integration.properties[name];
    if (value) notEmulated(integration, name, value);
  }
  return {
    key,
    lambdaUri: type === 'AWS_PROXY' ? IntegrationUri : undefined,
    mock: type === 'MOCK' ? mockIntegration(stack, integration) : undefined,
    timeoutMs: Math.min(MAX_TIMEOUT_MS, Number(TimeoutInMillis ?? MAX_TIMEOUT_MS)),
    responds: selection === '$default' && answered,
  };
}

function authorizerOf(stack: Stack, route: Resource): Resource | undefined {
  const { AuthorizationType = 'NONE', AuthorizerId, RouteKey } = route.properties;
  if (AuthorizationType === 'NONE') return undefined;
  if (AuthorizationType !== 'CUSTOM' || RouteKey !== '$connect') {
    notEmulated(
      route,
      'AuthorizationType',
      AuthorizationType,
      'WebSocket routes here know NONE, and CUSTOM on $connect.',
    );
  }
  const authorizer = stack.find('AWS::ApiGatewayV2::Authorizer', AuthorizerId);
  if (!authorizer) notEmulated(route, 'AuthorizerId', AuthorizerId, 'It must name an authorizer of this stack.');
  checkProperties(authorizer);
  const type = authorizer.properties.AuthorizerType;
  if (type !== 'REQUEST') notEmulated(authorizer, 'AuthorizerType', type, 'WebSocket APIs know only REQUEST.');
  return authorizer;
}

function selectionPath(api: Resource): string[] {
  const expression = String(api.properties.RouteSelectionExpression ?? '');
  const path = /^\$(?:request\.body\.([\w.]+)|\{request\.body\.([\w.]+)\})$/.exec(expression);
  if (!path) notEmulated(api, 'RouteSelectionExpression', expression, 'Use $request.body.<field>.');
  return (path[1] ?? path[2]!).split('.');
}

function actionOf(message: string, path: string[]): string {
  let body: unknown;
  try {
    body = JSON.parse(message);
  } catch {
    return '$default'; // AWS sends what isn't JSON to $default
  }
  const value = dig(body, path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '$default';
}
