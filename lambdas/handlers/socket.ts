// Every route of the WebSocket API but ping: opens, closes, and what clients send.
import { CallerError } from '../../protocol/error-codes.ts';
import { broadcasts } from '../aws/broadcasts.ts';
import { openTable } from '../aws/clients.ts';
import { connections } from '../aws/connections.ts';
import { deliveryMarks } from '../aws/delivery-marks.ts';
import { inbox } from '../aws/inbox.ts';
import { openQueues, taskQueue } from '../aws/queues.ts';
import { recipients } from '../aws/recipients.ts';
import { schedules } from '../aws/schedules.ts';
import { sender } from '../aws/sender.ts';
import { answerFrame } from '../domain/answer-frame.ts';
import { closeConnection, openConnection } from '../domain/connect.ts';
import type { Deps } from '../domain/deps.ts';
import { readEnvironment, SCHEDULE_VARIABLES, scheduleTarget } from '../environment.ts';
import type { SocketEvent, SocketResponse } from '../gateway-event.ts';
import { frameResponse, socketErrorFrame } from '../responses.ts';
import { type BaseDeps, withDeps } from '../start.ts';

export type SocketDeps = BaseDeps &
  Pick<Deps, 'connections' | 'recipients' | 'inbox' | 'broadcasts' | 'sender' | 'marks' | 'tasks' | 'schedules'>;

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

export const handler = withDeps((base): SocketDeps => {
  const env = readEnvironment('TABLE_NAME', 'CALLBACK_URL', 'DISPATCH_QUEUE_URL', ...SCHEDULE_VARIABLES);
  const table = openTable(env.TABLE_NAME);
  return {
    ...base,
    connections: connections(table, base.clock),
    recipients: recipients(table, base.clock),
    inbox: inbox(table, base.clock),
    broadcasts: broadcasts(table, base.clock),
    sender: sender(env.CALLBACK_URL),
    marks: deliveryMarks(table),
    tasks: taskQueue(openQueues(), env.DISPATCH_QUEUE_URL),
    schedules: schedules(scheduleTarget(env)),
  };
}, socket);
