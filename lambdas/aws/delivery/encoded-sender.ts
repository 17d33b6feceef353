// Posts the same bytes to many sockets through @connections: one try a call, because its caller spreads and repeats
// them.
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { EncodedSender } from '../../domain/delivery/ports.ts';
import { requestHandler } from '../clients.ts';

/**
 * Our choices: kept connections for a whole window of posts; a socket that takes longer than this to accept a frame is
 * slow.
 */
const SOCKETS = 256;
const TIMEOUT_MS = 1_500;

export function encodedSender(callbackUrl: string): EncodedSender {
  const client = new ApiGatewayManagementApiClient({
    endpoint: callbackUrl,
    maxAttempts: 1,
    requestHandler: requestHandler(SOCKETS, TIMEOUT_MS),
    cacheMiddleware: true,
  });
  return {
    async post(connectionId, frame) {
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: frame }));
        return 'sent';
      } catch (error) {
        if (error instanceof GoneException) return 'gone';
        if (isPassing(error)) return 'refused';
        throw error;
      }
    },
  };
}

/** 429, 5xx, and whatever has no status: a timeout, a broken connection. */
function isPassing(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  return status === undefined || status === 429 || status >= 500 || CLOCK_ERRORS.has(name ?? '');
}

/** The signature's time was wrong; the SDK has set its clock by the answer, so that the next try is signed right. */
const CLOCK_ERRORS = new Set(['RequestExpired', 'RequestTimeTooSkewed', 'InvalidSignatureException']);
