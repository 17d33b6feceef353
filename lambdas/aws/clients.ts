// How every AWS client is made here: bounded tries, bounded waits, kept connections.
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

/** When the call that a request is a try of must be over, by performance.now(). */
const callEndsAtMs = new WeakMap<object, number>();

class BoundedHandler extends NodeHttpHandler {
  override handle(...[request, options]: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
    const endsAtMs = callEndsAtMs.get(request);
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

/** Without `info`, for which the SDK would describe every input and output. */
const LOGGER = { debug() {}, warn: (...said: unknown[]) => console.warn(...said), error() {} };

/**
 * Every client is made through this: none of its calls takes longer than CALL_MAX_MS. A signal among the options of
 * `send` would do the same, but then the SDK builds its middleware anew for each call; an AsyncLocalStorage costs CPU
 * time at every promise.
 */
export function bounded<Client extends { middlewareStack: any; config: object }>(client: Client): Client {
  const begins = (next: Next) => (args: Call) => next({ ...args, endsAtMs: performance.now() + CALL_MAX_MS });
  const sends = (next: Next) => (args: Call) => {
    callEndsAtMs.set(args.request!, args.endsAtMs!);
    return next(args);
  };
  client.middlewareStack.add(begins, { step: 'initialize', name: 'callBegins' });
  // After the signature, which makes another request of each try's.
  client.middlewareStack.add(sends, { step: 'deserialize', priority: 'low', name: 'requestIsSent' });
  return Object.assign(client, { config: Object.assign(client.config, { logger: LOGGER }) });
}

interface Call {
  input: object;
  request?: object;
  endsAtMs?: number;
}
type Next = (args: Call) => Promise<unknown>;

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
