// Closes sockets through @connections.
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { SocketCloser } from '../../domain/sockets/ports.ts';
import { bounded, MAX_ATTEMPTS, requestHandler } from '../clients.ts';

export function socketCloser(callbackUrl: string): SocketCloser {
  let client: ApiGatewayManagementApiClient | undefined;
  return {
    async close(connectionId) {
      client ??= bounded(
        new ApiGatewayManagementApiClient({
          endpoint: callbackUrl,
          maxAttempts: MAX_ATTEMPTS,
          requestHandler: requestHandler(),
        }),
      );
      try {
        await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
      } catch (error) {
        if (!(error instanceof GoneException)) throw error;
      }
    },
  };
}
