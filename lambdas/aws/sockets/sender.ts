// Posts frames to sockets through @connections.
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { Sender } from '../../domain/sockets/ports.ts';
import { bounded, MAX_ATTEMPTS, requestHandler } from '../clients.ts';

export function sender(callbackUrl: string): Sender {
  const client = bounded(
    new ApiGatewayManagementApiClient({
      endpoint: callbackUrl,
      maxAttempts: MAX_ATTEMPTS,
      requestHandler: requestHandler(),
      cacheMiddleware: true,
    }),
  );
  const encoder = new TextEncoder();
  return {
    async post(connectionId, frame) {
      try {
        await client.send(
          new PostToConnectionCommand({ ConnectionId: connectionId, Data: encoder.encode(JSON.stringify(frame)) }),
        );
        return 'sent';
      } catch (error) {
        if (error instanceof GoneException) return 'gone';
        throw error;
      }
    },
  };
}
