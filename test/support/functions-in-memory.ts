// The five functions on memory ports, with the gateway, the queues and the schedules in front of them; the clock is the
// test's.
import type { SQSEvent } from 'aws-lambda';
import type { AuthorizerContext } from '../../lambdas/gateway-event.ts';
import type { DetailType } from '../../protocol/detail-type.ts';
import type { NotificationRequestInput } from '../../protocol/request.ts';
import type { ServerFrame } from '../../protocol/server-frame.ts';
import { importHandlers } from './import-handlers.ts';
import { createMemory, type Memory } from './memory/memory.ts';
import { memoryDeps } from './memory/memory-deps.ts';
import type { MemoryQueue } from './memory/queue.ts';
import { noUserRows } from './no-user-rows.ts';

const { authorize, socket, inbox, dispatch, fanout } = await importHandlers();

export type FunctionsInMemory = ReturnType<typeof functionsInMemory>;

export interface Client {
  id: string;
  frames: ServerFrame[];
  /** Sends a frame and gives the function's answer to it. */
  send(frame: unknown): Promise<any>;
  close(): Promise<void>;
}

export const STARTS_AT_MS = Date.parse('2026-11-21T07:00:00.000Z');
const TIMEOUT_MS = 30_000;
const METHOD_ARN = 'arn:aws:execute-api:eu-west-1:123456789012:api/v1/$connect';
const SOURCE = 'test';

function tokenOf(claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'RS256', kid: 'key', typ: 'at+jwt' })}.${encode(claims)}.signature`;
}

export function functionsInMemory() {
  const clock = { ms: STARTS_AT_MS, now: () => clock.ms };
  const memory: Memory = createMemory(clock);
  // Time passes while a function waits.
  memory.wait = async (milliseconds) => {
    clock.ms += Math.ceil(milliseconds);
  };
  const deps = {
    ...memoryDeps(memory),
    random: () => 0.5,
    maxReceives: 5,
    retentionDays: 90,
    allowedOrigins: [] as string[],
    wsUrl: 'wss://example.test/v1',
    postsPerSecond: 5_000,
    mappedDetailTypes: ['order.shipped'],
    tokenRules: { acceptsUntyped: true },
    userRows: noUserRows,
    checkTable: async () => undefined,
    acceptsTokensInUrls: false,
  };
  const context = { getRemainingTimeInMillis: () => TIMEOUT_MS, awsRequestId: 'invocation' } as never;
  let opened = 0;

  /** The gateway has verified the token: here its signature is any text. */
  async function rest(method: string, path: string, { claims, body }: { claims?: object; body?: unknown } = {}) {
    const [rawPath, rawQueryString = ''] = path.split('?');
    const event = {
      version: '2.0',
      rawPath,
      rawQueryString,
      headers: {
        'content-type': 'application/json',
        host: 'example.test',
        ...(claims && { authorization: `Bearer ${tokenOf(claims)}` }),
      },
      requestContext: { http: { method, path: rawPath }, domainName: 'example.test', authorizer: { jwt: { claims } } },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    const reply: any = await inbox(deps, event as never, context);
    return { status: reply.statusCode as number, body: reply.body ? JSON.parse(reply.body) : undefined };
  }

  async function consume(queue: MemoryQueue, batchSize: number, consumer: typeof dispatch): Promise<boolean> {
    const messages = queue.receive(batchSize, 6 * TIMEOUT_MS);
    if (messages.length === 0) return false;
    const Records = messages.map(({ id, body, handle, receiveCount, sentAtMs, attributes }) => ({
      messageId: id,
      body,
      receiptHandle: handle,
      attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: String(sentAtMs) },
      messageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue }]),
      ),
    }));
    const { batchItemFailures } = await consumer(deps, { Records } as unknown as SQSEvent, context);
    const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    for (const { id } of messages) if (!failed.includes(id)) queue.delete(id);
    return true;
  }

  const system = {
    clock,
    memory,
    deps,
    /** A call by a back end, on an IAM route. */
    call: (method: string, path: string, body?: unknown) => rest(method, path, { body }),
    /** A call by a signed-in user. */
    as: (userId: string, method: string, path: string, body?: unknown, claims: object = {}) =>
      rest(method, path, {
        claims: { sub: userId, iat: clock.ms / 1000, exp: clock.ms / 1000 + 3_600, ...claims },
        body,
      }),
    authorize: (event: { query?: object; headers?: object }) =>
      authorize(deps, {
        methodArn: METHOD_ARN,
        headers: (event.headers ?? {}) as never,
        queryStringParameters: (event.query ?? {}) as never,
      }),
    /** Opens a socket with a ticket, as a browser does it. */
    async connect(userId: string, grant: { topics?: string[]; org_id?: string } = {}): Promise<Client> {
      const { body } = await system.call('POST', '/internal/tickets', { user_id: userId, ...grant });
      const { context: authorizer } = await system.authorize({ query: { ticket: body.ticket } });
      return system.open(authorizer as AuthorizerContext);
    },
    /** Opens a socket that was authorised; throws with the status when it is refused. */
    async open(authorizer: AuthorizerContext): Promise<Client> {
      const id = `connection-${++opened}`;
      const event = (eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT', body?: string) => ({
        requestContext: { routeKey: '$default', eventType, connectionId: id, requestId: 'request', authorizer },
        ...(body !== undefined && { body }),
      });
      const { frames } = memory.sockets.open(id);
      const { statusCode } = await socket(deps, event('CONNECT') as never);
      if (statusCode !== 200) throw new Error(`refused with ${statusCode}`);
      return {
        id,
        frames,
        async send(frame) {
          const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
          const { body } = await socket(deps, event('MESSAGE', text) as never);
          return body === undefined ? undefined : JSON.parse(body);
        },
        async close() {
          memory.sockets.close(id);
          await socket(deps, event('DISCONNECT') as never);
        },
      };
    },
    async put(detailType: DetailType, detail: object): Promise<void> {
      await deps.bus.put({ entries: [{ source: SOURCE, detail_type: detailType, detail: detail as never }] });
      await system.run();
    },
    notify: (request: Partial<NotificationRequestInput>) =>
      system.put('notification.requested', {
        title: 'A title',
        message: 'A message',
        notification_type: 'system',
        ...request,
      }),
    /** Works through both queues until nothing in them is due. */
    async run(): Promise<void> {
      for (let round = 0; round < 1_000; round++) {
        const worked = await consume(memory.queues.dispatch, 10, dispatch);
        const fanned = await consume(memory.queues.fanout, 1, (all, event) => fanout(all as never, event, context));
        if (!worked && !fanned) return;
      }
      throw new Error('The queues do not run dry.');
    },
    /** Lets time pass, second by second, and works through what becomes due. */
    async advance(seconds: number): Promise<void> {
      for (let second = 0; second < seconds; second++) {
        clock.ms += 1_000;
        for (const { body } of memory.schedules.takeDue()) memory.queues.dispatch.send(body);
        await system.run();
      }
    },
  };
  return system;
}
