// The WebSocket API's authorizer: a ticket, a bearer header or, where a setting allows it, a token in the URL opens a
// socket.
import { CallerError } from '../../protocol/error-codes.ts';
import { type AuthorizeDeps, authorizeDeps } from '../authorize-deps.ts';
import { authoriseConnection, type ConnectionGrant } from '../domain/sockets/authorise-connection.ts';
import type { AuthorizerContext, AuthorizerEvent } from '../gateway-event.ts';
import { withDeps } from '../start.ts';

export async function authorize(deps: AuthorizeDeps, event: AuthorizerEvent) {
  const query = event.queryStringParameters ?? {};
  const header = (name: string) => Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  const bearer = /^Bearer (.+)$/i.exec(header('authorization') ?? '')?.[1];
  try {
    const grant = await authoriseConnection(
      deps,
      {
        ticket: query.ticket,
        // URLs are logged in many places, and a token is good for an hour.
        token: deps.acceptsTokensInUrls ? (query.token ?? query.jwt ?? bearer) : bearer,
        userId: query.user_id,
        origin: header('origin'),
      },
      deps.allowedOrigins,
    );
    return policy(event.methodArn, 'Allow', grant);
  } catch (error) {
    if (!(error instanceof CallerError)) throw error;
    deps.log.info('connection refused', { code: error.code });
    // API Gateway answers 401 to an authorizer that throws exactly this word, and 403 to one that denies.
    if (error.code === 'unauthorized') {
      // Lambda counts it as an error of the function; an alarm subtracts these.
      deps.metrics.count('unauthorized');
      throw new Error('Unauthorized');
    }
    return policy(event.methodArn, 'Deny');
  }
}

function policy(methodArn: string, effect: 'Allow' | 'Deny', grant?: ConnectionGrant) {
  const context: AuthorizerContext | undefined = grant && { ...grant, topics: JSON.stringify(grant.topics) };
  return {
    principalId: grant?.user_id ?? 'nobody',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: methodArn }],
    },
    ...(context && { context }),
  };
}

export const handler = withDeps(authorizeDeps, authorize);
