// The stack as its users see it: producers, browsers, REST callers, operators. Knows only outputs.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { NotificationRequestInput } from '../../protocol/request.ts';
import { deniedLines } from './denied-lines.ts';
import { type HttpOptions, httpCaller, type Reply } from './http-caller.ts';
import { localControl } from './local-control.ts';
import { openSocket, type SocketClient } from './socket-client.ts';
import { startTarget, type TargetOptions } from './target.ts';

export type StackUnderTest = Awaited<ReturnType<typeof stackUnderTest>>;

export interface TokenOptions {
  scopes?: string[];
  ttl_seconds?: number;
  claims?: Record<string, unknown>;
}

export interface StackOptions extends TargetOptions {
  /** For tests that take permissions away: without it, `close` fails when a function was denied a call. */
  expectsDenials?: boolean;
}

export async function stackUnderTest({ expectsDenials = false, ...options }: StackOptions = {}) {
  const target = await startTarget(options);
  const { outputs, isLocal } = target;
  const control = localControl(outputs.http_url!);
  const config = {
    region: outputs.region!,
    ...(outputs.aws_endpoint_url && { endpoint: outputs.aws_endpoint_url }),
    ...(outputs.aws_access_key_id && {
      credentials: { accessKeyId: outputs.aws_access_key_id, secretAccessKey: outputs.aws_secret_access_key! },
    }),
  };
  const events = new EventBridgeClient(config);
  const sqs = new SQSClient(config);
  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const http = httpCaller(outputs);
  const sockets: SocketClient[] = [];

  const token = async (userId: string, options: TokenOptions = {}): Promise<string> => {
    if (!isLocal) return remoteToken(userId);
    return (await control.call('POST', 'tokens', { user_id: userId, ...options })).token;
  };
  const put = async (entries: { detail_type: string; detail: unknown; source?: string }[]): Promise<string[]> => {
    const { FailedEntryCount, Entries = [] } = await events.send(
      new PutEventsCommand({
        Entries: entries.map((entry) => ({
          EventBusName: outputs.event_bus_name!,
          Source: entry.source ?? 'test',
          DetailType: entry.detail_type,
          Detail: typeof entry.detail === 'string' ? entry.detail : JSON.stringify(entry.detail),
        })),
      }),
    );
    if (FailedEntryCount) throw new Error(`PutEvents: ${JSON.stringify(Entries)}`);
    return Entries.map((entry) => entry.EventId!);
  };

  return {
    outputs,
    isLocal,
    runtime: target.runtime,
    /** Only with the local runtime. */
    local: control,
    events,
    sqs,
    dynamodb,
    token,
    put,
    http: (method: string, path: string, options: HttpOptions = {}): Promise<Reply> => http(method, path, options),
    /** A REST call of a user. */
    async as(userId: string, method: string, path: string, body?: unknown): Promise<Reply> {
      return http(method, path, { token: await token(userId), ...(body !== undefined && { body }) });
    },
    /** One request for a notification, through PutEvents. `title`, `message` and type have defaults. Gives the event's id. */
    async notify(request: Partial<NotificationRequestInput>): Promise<string> {
      const detail = { title: 'A title', message: 'A message', notification_type: 'system', ...request };
      return (await put([{ detail_type: 'notification.requested', detail }]))[0]!;
    },
    /** A connected client of a user, by a ticket as browsers do it. */
    async connect(userId: string, options: { topics?: string[] } = {}): Promise<SocketClient> {
      const { status, body } = await http('POST', '/internal/tickets', {
        sign: true,
        body: { user_id: userId, ...options },
      });
      if (status !== 201) throw new Error(`No ticket: ${status} ${JSON.stringify(body)}`);
      const socket = await openSocket(`${body.ws_url}?ticket=${body.ticket}`);
      sockets.push(socket);
      return socket;
    },
    /** Any query string, any headers. */
    async open(query: string, headers: Record<string, string> = {}): Promise<SocketClient> {
      const socket = await openSocket(`${outputs.ws_url}${query}`, { headers });
      sockets.push(socket);
      return socket;
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.raw.terminate();
      for (const client of [events, sqs, dynamodb]) client.destroy();
      const denied = target.runtime && !expectsDenials ? await control.denied() : [];
      await target.close();
      if (denied.length > 0) throw new Error(`A role is too narrow:\n${deniedLines(denied).join('\n')}`);
    },
  };
}

/** A deployed stack's own issuer signs tokens: bring some along as a JSON object of user id and token in E2E_TOKENS. */
function remoteToken(userId: string): string {
  const tokens = JSON.parse(process.env.E2E_TOKENS ?? '{}') as Record<string, string>;
  const found = tokens[userId];
  if (!found) throw new Error(`E2E_TOKENS has no token for ${userId}; set it to {"${userId}":"<JWT>", …}.`);
  return found;
}
