// Decides for every route of an HTTP API who may pass: anybody, a JWT's bearer, or a signed request.
import { foreignPageRefusal } from '../browser-guard.ts';
import type { Stack } from '../stack.ts';
import { notEmulated } from './check-properties.ts';
import type { HttpApiDeps } from './gateway-deps.ts';
import type { HttpCall } from './http-event.ts';
import { type HttpResponse, messageResponse } from './http-response.ts';
import type { HttpRoute } from './http-routes.ts';
import { iamAuthorizer } from './iam-authorizer.ts';
import { type JwtAuthorizer, jwtAuthorizer } from './jwt-authorizer.ts';

/** A refusal to send, or what goes into `requestContext.authorizer`. */
export type Authorization = HttpResponse | { authorizer: Record<string, unknown> | undefined };

export function routeAuthorizers(stack: Stack, apiId: string, routes: HttpRoute[], deps: HttpApiDeps) {
  const byId = new Map<string, JwtAuthorizer>();
  for (const { resource, authorizationType, authorizerId = '' } of routes) {
    if (authorizationType !== 'JWT' || byId.has(authorizerId)) continue;
    const found = stack.find('AWS::ApiGatewayV2::Authorizer', authorizerId);
    if (!found) notEmulated(resource, 'AuthorizerId', authorizerId, 'It must name an authorizer of this stack.');
    byId.set(authorizerId, jwtAuthorizer(found, deps.clock));
  }
  const signed = iamAuthorizer(stack, apiId, '$default', deps);
  return async (call: HttpCall): Promise<Authorization> => {
    const { authorizationType, authorizerId, scopes } = call.matched.route;
    if (authorizationType === 'AWS_IAM') {
      // The runtime's keys are printed, so that a page could sign a URL with them.
      const refusal = foreignPageRefusal(call.req.headers);
      if (refusal !== undefined) return messageResponse(403, refusal);
      const verdict = signed(call.req, call.path, call.query, call.body);
      if (verdict.ok) return { authorizer: { iam: verdict.iam } };
      deps.log('HTTP API: IAM refused a request', { path: call.path, why: verdict.why });
      return messageResponse(403, 'Forbidden');
    }
    if (authorizationType === 'JWT') {
      const verdict = await byId.get(authorizerId ?? '')!(call.req, call.query, scopes);
      if (verdict.ok) return { authorizer: { jwt: verdict.jwt } };
      const message = verdict.status === 401 ? 'Unauthorized' : 'Forbidden';
      return messageResponse(verdict.status, message, { 'www-authenticate': verdict.challenge });
    }
    return { authorizer: undefined };
  };
}
