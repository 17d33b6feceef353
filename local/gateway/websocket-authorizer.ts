// The `$connect` route's Lambda authorizer: identity sources, the returned policy, the context it may carry.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
import { checkStatements, isAllowed } from '../iam/evaluate.ts';
import { documentStatements } from '../iam/role-statements.ts';
import type { Resource, Stack } from '../stack.ts';
import { notEmulated } from './check-properties.ts';
import type { GatewayLog } from './gateway-deps.ts';
import type { CallLambda } from './lambda-integration.ts';
import { dig } from './mapping-template.ts';
import { authorizerEvent, type ConnectionFacts, type UpgradeDetails } from './websocket-events.ts';

export type ConnectVerdict =
  | { ok: true; context: Record<string, string | number> }
  | { ok: false; status: 401 | 403 | 500; message: string };

export type ConnectAuthorizer = (
  facts: ConnectionFacts,
  details: UpgradeDetails,
  nowMs: number,
) => Promise<ConnectVerdict>;

/** AWS's limit on what an authorizer returns: 8 KB. */
const MAX_RESULT_BYTES = 8 * 1024;
/** AWS's limit on a Lambda authorizer: 10 s. */
const TIMEOUT_MS = 10_000;

const UNAUTHORIZED: ConnectVerdict = { ok: false, status: 401, message: 'Unauthorized' };
const FORBIDDEN: ConnectVerdict = { ok: false, status: 403, message: 'Forbidden' };
const BROKEN: ConnectVerdict = { ok: false, status: 500, message: 'Internal server error' };

export function connectAuthorizer(
  stack: Stack,
  authorizer: Resource,
  callLambda: CallLambda,
  log: GatewayLog,
): ConnectAuthorizer {
  const { ApiId: apiId, AuthorizerUri, IdentitySource = [] } = authorizer.properties;
  const sources = [IdentitySource].flat().map((source: string) => identitySource(authorizer, source));
  const arnOf = (resource: string) => `arn:aws:execute-api:${stack.region}:${stack.accountId}:${apiId}/${resource}`;
  const sourceArn = arnOf(`authorizers/${authorizer.ref}`);

  const broken = (why: string): ConnectVerdict => {
    log(`WebSocket API: the authorizer failed, so the upgrade is refused with 500: ${why}`);
    return BROKEN;
  };

  return async (facts, details, nowMs) => {
    const methodArn = arnOf(`${facts.stageName}/$connect`);
    const event = authorizerEvent(methodArn, facts, details, nowMs);
    if (sources.some((present) => !present(event))) return UNAUTHORIZED;
    const startedAt = performance.now();
    const outcome = await callLambda(AuthorizerUri, sourceArn, event, TIMEOUT_MS);
    if (outcome.kind === 'failed' && outcome.errorMessage === 'Unauthorized') return UNAUTHORIZED;
    if (outcome.kind !== 'result') return broken(outcome.kind === 'failed' ? outcome.errorMessage : outcome.kind);
    const { payload } = outcome;
    if (typeof payload?.principalId !== 'string') return broken('it returned no principalId');
    if (Buffer.byteLength(JSON.stringify(payload)) > MAX_RESULT_BYTES) return broken('its result is larger than 8 KB');
    const context = contextStrings(payload.context ?? {});
    if (!context) return broken('its context holds something else than strings, numbers and booleans');
    let allowed: boolean;
    try {
      const statements = documentStatements(payload.policyDocument);
      checkStatements(statements, 'the policy the authorizer returned');
      const caller = { name: payload.principalId, arn: payload.principalId, statements };
      ({ allowed } = isAllowed(caller, { action: 'execute-api:Invoke', resource: methodArn }, { nowMs }));
    } catch (error) {
      return broken(String(error)); // a policy IAM can't read
    }
    if (!allowed) return FORBIDDEN;
    const integrationLatency = Math.round(performance.now() - startedAt);
    return { ok: true, context: { ...context, principalId: payload.principalId, integrationLatency } };
  };
}

type AuthorizerEvent = ReturnType<typeof authorizerEvent>;

/** Every source must be present and not empty, or the function isn't even asked. */
function identitySource(authorizer: Resource, source: string): (event: AuthorizerEvent) => boolean {
  const [, place, name] =
    /^(route\.request\.header|route\.request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ?? [];
  if (!place || !name)
    return notEmulated(authorizer, 'IdentitySource', source, 'Use route.request.header.X or …querystring.X.');
  return (event) => {
    if (place === 'route.request.header') {
      return Object.entries(event.headers).some(
        ([header, value]) => header.toLowerCase() === name.toLowerCase() && value,
      );
    }
    if (place === 'route.request.querystring') return Boolean(event.queryStringParameters[name]);
    if (place === 'stageVariables') return Boolean(event.stageVariables[name]);
    return Boolean(dig(event.requestContext, name.split('.')));
  };
}

/** Undefined when a value isn't allowed. AWS hands every value on as a string. */
function contextStrings(context: unknown): Record<string, string> | undefined {
  if (typeof context !== 'object' || context === null || Array.isArray(context)) return undefined;
  const entries = Object.entries(context);
  if (entries.some(([, value]) => !['string', 'number', 'boolean'].includes(typeof value))) return undefined;
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
