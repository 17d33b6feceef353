// The @connections API: how functions send to, ask about and close the sockets of a WebSocket API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
import type { Connections } from '../gateway/connections.ts';
import { AwsError } from './aws-error.ts';
import type { Operation, Service, WireRequest } from './service.ts';

/** AWS's limit on a message: 128 KB. */
const MAX_MESSAGE_BYTES = 128 * 1024;

export interface ConnectionsServiceOptions {
  region: string;
  accountId: string;
  apiId: string;
  stageNames: string[];
  connections: Connections;
}

const OPERATIONS: Record<string, string> = {
  POST: 'PostToConnection',
  GET: 'GetConnection',
  DELETE: 'DeleteConnection',
};

export function connectionsService(options: ConnectionsServiceOptions): Service {
  const { connections, stageNames } = options;
  const apiArn = `arn:aws:execute-api:${options.region}:${options.accountId}:${options.apiId}`;

  const run = (operation: string, stageName: string, connectionId: string, body: Buffer) => {
    const connection = connections.get(connectionId);
    if (operation === 'PostToConnection') {
      if (body.length > MAX_MESSAGE_BYTES) {
        throw new AwsError(
          'PayloadTooLargeException',
          `The message has ${body.length} bytes; 131072 are allowed.`,
          413,
        );
      }
      if (connection?.stageName !== stageName) throw gone(connectionId);
      const outcome = connections.post(connectionId, body);
      if (outcome === 'gone') throw gone(connectionId);
      if (outcome === 'slow') {
        throw new AwsError('LimitExceededException', 'The WebSocket client side buffer is full.', 429);
      }
      return undefined;
    }
    if (connection?.stageName !== stageName) throw gone(connectionId);
    if (operation === 'DeleteConnection') {
      connections.disconnect(connectionId);
      return undefined;
    }
    return {
      connectedAt: new Date(connection.connectedAtMs).toISOString(),
      identity: connection.identity,
      lastActiveAt: new Date(connection.lastActiveAtMs).toISOString(),
    };
  };

  return {
    name: 'apigatewaymanagementapi',
    signingName: 'execute-api',
    decode(request) {
      // Without a stage: as a custom domain does that is mapped to the stage.
      const { stageName = stageNames[0] ?? '', connectionId } = address(request);
      const name = OPERATIONS[request.method];
      if (!name || !stageNames.includes(stageName)) {
        const known = stageNames.map((stage) => `/${stage}/@connections/{id}`).join(', ');
        throw new AwsError(
          'ForbiddenException',
          `Forbidden: ${request.method} ${request.path} is not one of ${known}.`,
          403,
        );
      }
      const resource = `${apiArn}/${stageName}/${request.method}/@connections/${connectionId}`;
      const operation: Operation = {
        name,
        input: { ConnectionId: connectionId, ...(name === 'PostToConnection' && { Data: request.body }) },
        permissions: [{ action: 'execute-api:ManageConnections', resource }],
        run: async () => run(name, stageName, connectionId, request.body),
      };
      return operation;
    },
    encode(operation, result) {
      if (operation === 'GetConnection') {
        return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(result) };
      }
      return { status: operation === 'DeleteConnection' ? 204 : 200 };
    },
    encodeError({ code, message, status, members }) {
      return {
        status,
        headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
        body: JSON.stringify({ message, ...members }),
      };
    },
  };
}

const gone = (connectionId: string) =>
  new AwsError('GoneException', `The connection ${connectionId} is not open.`, 410, { connectionId });

function address(request: WireRequest): { stageName: string | undefined; connectionId: string } {
  const [, stageName, id] = /^(?:\/([^/]+))?\/@connections\/([^/]+)\/?$/.exec(request.path.replace(/%40/i, '@')) ?? [];
  if (!id) {
    throw new AwsError('ForbiddenException', `Forbidden: ${request.path} is not /<stage>/@connections/<id>.`, 403);
  }
  try {
    return { stageName, connectionId: decodeURIComponent(id) };
  } catch {
    throw new AwsError('BadRequestException', `Invalid connectionId: ${id}`, 400);
  }
}
