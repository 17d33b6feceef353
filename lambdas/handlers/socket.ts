// Every route of the WebSocket API but ping: opens, closes, and what clients send.
import { CallerError, ERROR_CODES } from '../../protocol/error-codes.ts';
import { answerFrame } from '../domain/answer-frame.ts';
import type { ConnectionGrant } from '../domain/sockets/authorise-connection.ts';
import { closeConnection, openConnection } from '../domain/sockets/connect.ts';
import type { SocketEvent, SocketResponse } from '../gateway-event.ts';
import { frameResponse, socketErrorFrame } from '../responses.ts';
import { type SocketDeps, socketDeps } from '../socket-deps.ts';
import { withDeps } from '../start.ts';

export async function socket(deps: SocketDeps, event: SocketEvent): Promise<SocketResponse> {
  const { eventType, connectionId, authorizer } = event.requestContext;
  if (eventType === 'DISCONNECT') return close(deps, connectionId, authorizer?.user_id);
  const grant = {
    user_id: required(authorizer?.user_id),
    topics: JSON.parse(required(authorizer?.topics)) as string[],
    ...(authorizer?.org_id && { org_id: authorizer.org_id }),
    ...(authorizer?.issued_at && { issued_at: authorizer.issued_at }),
    ...(authorizer?.expires_at && { expires_at: authorizer.expires_at }),
  };
  if (eventType === 'CONNECT') return open(deps, connectionId, grant);
  try {
    const answer = await answerFrame(deps, grant, connectionId, event.body);
    return answer === undefined ? { statusCode: 200 } : frameResponse(answer);
  } catch (error) {
    return frameResponse(socketErrorFrame(deps, error));
  }
}

/** Any status but 2xx refuses the socket. */
async function open(deps: SocketDeps, connectionId: string, grant: ConnectionGrant): Promise<SocketResponse> {
  try {
    await openConnection(deps, connectionId, grant);
    return { statusCode: 200 };
  } catch (error) {
    if (!(error instanceof CallerError)) throw error;
    deps.log.info('connection refused', { code: error.code });
    return { statusCode: ERROR_CODES[error.code] };
  }
}

/**
 * The authorizer's answer is part of every later event of its socket. Should it be missing, the rows go as those of a
 * socket whose end was not reported: when a post meets it, or by their time to live.
 */
async function close(deps: SocketDeps, connectionId: string, userId: string | undefined): Promise<SocketResponse> {
  if (userId === undefined) deps.log.info('a socket closed without its user', { connection_id: connectionId });
  else await closeConnection(deps, { connection_id: connectionId, user_id: userId });
  return { statusCode: 200 };
}

function required(value: string | undefined): string {
  if (value === undefined) throw new CallerError('unauthorized', 'This connection was not authorised.');
  return value;
}

export const handler = withDeps(socketDeps, socket);
