// What runs behind every route of an HTTP API: a function, or EventBridge-PutEvents.
import type { Resource, Stack } from '../stack.ts';
import { notEmulated } from './check-properties.ts';
import type { HttpApiDeps } from './gateway-deps.ts';
import { type HttpCall, type HttpStage, httpEvent } from './http-event.ts';
import { type HttpResponse, messageResponse, responseFromResult } from './http-response.ts';
import type { HttpRoute } from './http-routes.ts';
import { lambdaCaller } from './lambda-integration.ts';
import { putEventsIntegration } from './put-events-integration.ts';

/** AWS's maximum, and the default, for an integration of an HTTP API. */
const MAX_TIMEOUT_MS = 30_000;
/** Lambda's limit on a synchronous request: 6 MB. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

export function routeIntegrations(
  stack: Stack,
  apiId: string,
  stage: Resource,
  routes: HttpRoute[],
  deps: HttpApiDeps,
) {
  const about: HttpStage = {
    accountId: stack.accountId,
    apiId,
    stageName: '$default',
    stageVariables: stage.properties.StageVariables,
  };
  const callLambda = lambdaCaller(stack, deps);
  const run = new Map<HttpRoute, (call: HttpCall) => Promise<HttpResponse>>();
  for (const route of routes) {
    const { integration } = route;
    const p = integration.properties;
    if (p.IntegrationType !== 'AWS_PROXY') notEmulated(integration, 'IntegrationType', p.IntegrationType);
    if (p.IntegrationSubtype) {
      if (p.IntegrationSubtype !== 'EventBridge-PutEvents')
        notEmulated(integration, 'IntegrationSubtype', p.IntegrationSubtype);
      run.set(route, putEventsIntegration(stack, integration, deps));
      continue;
    }
    if (p.PayloadFormatVersion !== '2.0')
      notEmulated(integration, 'PayloadFormatVersion', p.PayloadFormatVersion ?? '(none)');
    if (p.RequestParameters) notEmulated(integration, 'RequestParameters', p.RequestParameters);
    if (p.CredentialsArn)
      notEmulated(integration, 'CredentialsArn', p.CredentialsArn, 'Use an AWS::Lambda::Permission.');
    const timeoutMs = Math.min(MAX_TIMEOUT_MS, Number(p.TimeoutInMillis ?? MAX_TIMEOUT_MS));
    const stageArn = `arn:aws:execute-api:${stack.region}:${stack.accountId}:${apiId}/$default`;
    const path = route.key === '$default' ? undefined : route.key.slice(route.key.indexOf('/'));
    run.set(route, async (call) => {
      const event = httpEvent(about, call);
      if ((event.body?.length ?? 0) > MAX_EVENT_BYTES) return messageResponse(413, 'Request Too Long');
      const sourceArn = path === undefined ? `${stageArn}/$default` : `${stageArn}/${call.req.method}${path}`;
      const outcome = await callLambda(p.IntegrationUri, sourceArn, event, timeoutMs);
      if (outcome.kind === 'timeout') return messageResponse(503, 'Service Unavailable');
      const response = outcome.kind === 'result' ? responseFromResult(outcome.payload) : undefined;
      if (!response) deps.log('HTTP API: the integration failed', { route: route.key, outcome: outcome.kind });
      return response ?? messageResponse(500, 'Internal Server Error');
    });
  }
  return (call: HttpCall) => run.get(call.matched.route)!(call);
}
