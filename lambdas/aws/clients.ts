// How every AWS client is made here: bounded tries, bounded waits, kept connections.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { PUT_MAX_MS } from '../domain/model/filing.ts';

/** Our choice: three tries within a second or so; what fails longer is the queue's to retry. */
export const MAX_ATTEMPTS = 3;

/** Our choice: a try takes at most 2 s, and a call with all its tries as long as a put may; a call answers in milliseconds. */
const TRY_MAX_MS = 2_000;
export const CALL_MAX_MS = PUT_MAX_MS;

export function requestHandler(maxSockets = 50, tryMaxMs = TRY_MAX_MS): NodeHttpHandler {
  return new NodeHttpHandler({
    connectionTimeout: 1_000,
    requestTimeout: tryMaxMs,
    throwOnRequestTimeout: true,
    httpAgent: { maxSockets },
    httpsAgent: { maxSockets },
  });
}

/** Every client is made through this: none of its calls takes longer than CALL_MAX_MS. */
export function bounded<Client extends { send: any }>(client: Client): Client {
  const send = client.send.bind(client);
  client.send = (command: unknown, options?: object) =>
    send(command, { abortSignal: AbortSignal.timeout(CALL_MAX_MS), ...options });
  return client;
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
  return { client: bounded(client), name };
}
