// How every AWS client is made here: bounded tries, bounded waits, kept connections.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Our choice: three tries within a second or so; what fails longer is the queue's to retry. */
export const MAX_ATTEMPTS = 3;

/** Our choice of times: a call answers in milliseconds, so one that takes seconds will not come. */
export function requestHandler(maxSockets = 50, requestTimeoutMs = 5_000): NodeHttpHandler {
  return new NodeHttpHandler({
    connectionTimeout: 1_000,
    requestTimeout: requestTimeoutMs,
    throwOnRequestTimeout: true,
    httpAgent: { maxSockets },
    httpsAgent: { maxSockets },
  });
}

export interface Table {
  client: DynamoDBDocumentClient;
  name: string;
}

export function openTable(name: string): Table {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: requestHandler() }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  return { client, name };
}
