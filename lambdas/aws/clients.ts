// How every AWS client is made here: bounded tries, bounded waits, kept connections.
import { AsyncLocalStorage } from 'node:async_hooks';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { PUT_MAX_MS } from '../domain/model/filing.ts';
import type { TableCommand } from './table-commands.ts';

/** Our choice: three tries within a second or so; what fails longer is the queue's to retry. */
export const MAX_ATTEMPTS = 3;

/**
 * Our choice: a try takes at most 2 s, and a call with all its tries as long as a put may; a call answers in
 * milliseconds.
 */
const TRY_MAX_MS = 2_000;
export const CALL_MAX_MS = PUT_MAX_MS;

/** When the call under way must be over, by performance.now(). */
const callEndsAtMs = new AsyncLocalStorage<number>();

/**
 * A signal among the options of `send` would do the same, but then the SDK builds its middleware anew for each call.
 */
class BoundedHandler extends NodeHttpHandler {
  override handle(...[request, options]: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
    const endsAtMs = callEndsAtMs.getStore();
    if (endsAtMs === undefined) return super.handle(request, options);
    const leftMs = endsAtMs - performance.now();
    if (leftMs <= 0) return Promise.reject(callTimedOut());
    return super.handle(request, { ...options, requestTimeout: Math.min(TRY_MAX_MS, leftMs) });
  }
}

const callTimedOut = (): Error =>
  Object.assign(new Error(`A call to AWS took longer than ${CALL_MAX_MS} ms.`), { name: 'TimeoutError' });

export function requestHandler(maxSockets = 50, tryMaxMs = TRY_MAX_MS): NodeHttpHandler {
  return new BoundedHandler({
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
  client.send = (command: unknown) => callEndsAtMs.run(performance.now() + CALL_MAX_MS, send, command);
  return client;
}

export interface Table {
  client: { send<Output>(command: TableCommand<Output>): Promise<Output> };
  name: string;
}

export function openTable(name: string): Table {
  const client = new DynamoDBClient({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: requestHandler(),
    cacheMiddleware: true,
  });
  return tableOn(bounded(client), name);
}

export const tableOn = (client: DynamoDBClient, name: string): Table => ({
  client: { send: (command) => command.run(client) },
  name,
});
