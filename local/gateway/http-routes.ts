// An HTTP API's route table, read from the template, and AWS's order of precedence among its routes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
import type { Resource, Stack } from '../stack.ts';
import { checkProperties, notEmulated } from './check-properties.ts';

export interface HttpRoute {
  resource: Resource;
  /** `GET /things/{id}` or `$default` */
  key: string;
  /** `ANY` matches all. */
  method: string;
  /** Undefined for `$default`. */
  segments: string[] | undefined;
  authorizationType: 'NONE' | 'JWT' | 'AWS_IAM';
  authorizerId: string | undefined;
  scopes: string[];
  integration: Resource;
}

export interface MatchedRoute {
  route: HttpRoute;
  /** Decoded values. */
  pathParameters: Record<string, string>;
}

export function httpRoutes(stack: Stack, apiId: string): HttpRoute[] {
  const routes = stack.ofType('AWS::ApiGatewayV2::Route').filter((route) => route.properties.ApiId === apiId);
  return routes
    .map((resource): HttpRoute => {
      checkProperties(resource);
      const { RouteKey: key, AuthorizationType: authorizationType = 'NONE' } = resource.properties;
      if (!['NONE', 'JWT', 'AWS_IAM'].includes(authorizationType)) {
        notEmulated(
          resource,
          'AuthorizationType',
          authorizationType,
          'HTTP API routes here know NONE, JWT and AWS_IAM.',
        );
      }
      const [method = '', path] = key === '$default' ? ['ANY'] : String(key).split(' ');
      return {
        resource,
        key,
        method,
        segments: path?.split('/').slice(1),
        authorizationType,
        authorizerId: resource.properties.AuthorizerId,
        scopes: resource.properties.AuthorizationScopes ?? [],
        integration: integrationOf(stack, resource),
      };
    })
    .sort(moreSpecificFirst);
}

/** The integration a route's Target (`integrations/<id>`) names. */
export function integrationOf(stack: Stack, route: Resource): Resource {
  const id = String(route.properties.Target ?? '').replace(/^integrations\//, '');
  const integration = stack.find('AWS::ApiGatewayV2::Integration', id);
  if (!integration)
    notEmulated(route, 'Target', route.properties.Target, 'Target must name an integration of this stack.');
  checkProperties(integration);
  return integration;
}

/** `routes` must come from httpRoutes: the first match is the most specific one. */
export function matchRoute(routes: HttpRoute[], method: string, path: string): MatchedRoute | undefined {
  const asked = path.split('/').slice(1);
  for (const route of routes) {
    if (route.method !== 'ANY' && route.method !== method) continue;
    const pathParameters = route.segments ? matchSegments(route.segments, asked) : {};
    if (pathParameters) return { route, pathParameters };
  }
  return undefined;
}

const isGreedy = (segment: string | undefined) => segment?.endsWith('+}') ?? false;
const isParameter = (segment: string) => segment.startsWith('{');

function matchSegments(pattern: string[], asked: string[]): Record<string, string> | undefined {
  const greedy = isGreedy(pattern.at(-1));
  if (greedy ? asked.length < pattern.length : asked.length !== pattern.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [i, segment] of pattern.entries()) {
    const value = asked[i] ?? '';
    if (isGreedy(segment)) {
      const rest = asked.slice(i).join('/');
      if (rest === '') return undefined;
      parameters[segment.slice(1, -2)] = decode(rest);
    } else if (isParameter(segment)) {
      if (value === '') return undefined;
      parameters[segment.slice(1, -1)] = decode(value);
    } else if (segment !== value && segment !== decode(value)) {
      return undefined;
    }
  }
  return parameters;
}

/** A path with a stray `%` is taken literally. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Full matches before greedy ones before `$default`; a static segment before a parameter; the named method before ANY.
 */
function moreSpecificFirst(a: HttpRoute, b: HttpRoute): number {
  if (!a.segments || !b.segments) return Number(!a.segments) - Number(!b.segments);
  const greedy = Number(isGreedy(a.segments.at(-1))) - Number(isGreedy(b.segments.at(-1)));
  if (greedy !== 0) return greedy;
  const shared = Math.min(a.segments.length, b.segments.length);
  for (let i = 0; i < shared; i++) {
    const difference = rank(a.segments[i]!) - rank(b.segments[i]!);
    if (difference !== 0) return difference;
  }
  return b.segments.length - a.segments.length || Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

const rank = (segment: string) => (isGreedy(segment) ? 2 : isParameter(segment) ? 1 : 0);
