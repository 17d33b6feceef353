// Every route of the WebSocket API but ping: opens, closes, and what clients send.
import { CallerError } from '../../protocol/error-codes.ts';
import { answerFrame } from '../domain/answer-frame.ts';
import { closeConnection, openConnection } from '../domain/sockets/connect.ts';
import type { SocketEvent, SocketResponse } from '../gateway-event.ts';
import { frameResponse, socketErrorFrame } from '../responses.ts';
import { type SocketDeps, socketDeps } from '../socket-deps.ts';
import { withDeps } from '../start.ts';

export async function socket(deps: SocketDeps, event: SocketEvent): Promise<SocketResponse> {
  const { eventType, connectionId, authorizer } = event.requestContext;
  if (eventType === 'DISCONNECT') {
    await closeConnection(deps, connectionId);
    return { statusCode: 200 };
  }
  const grant = {
    user_id: required(authorizer?.user_id),
    topics: JSON.parse(required(authorizer?.topics)) as string[],
    ...(authorizer?.org_id && { org_id: authorizer.org_id }),
    ...(authorizer?.expires_at && { expires_at: authorizer.expires_at }),
  };
  if (eventType === 'CONNECT') {
    await openConnection(deps, connectionId, grant);
    return { statusCode: 200 };
  }
  try {
    return frameResponse(await answerFrame(deps, grant, connectionId, event.body));
  } catch (error) {
    return frameResponse(socketErrorFrame(deps.log, error));
  }
}

function required(value: string | undefined): string {
  if (value === undefined) throw new CallerError('unauthorized', 'This connection was not authorised.');
  return value;
}

export const handler = withDeps(socketDeps, socket);
