// The stack as its users see it: producers, browsers, REST callers, operators. Knows only outputs.

import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { awsConfig } from '../../bin/aws-config.ts';
import type { NotificationRequestInput } from '../../protocol/request.ts';
import { deniedLines } from './denied-lines.ts';
import { type HttpOptions, httpCaller, type Reply } from './http-caller.ts';
import { localControl } from './local-control.ts';
import { settled } from './settled.ts';
import { openSocket, type SocketClient } from './socket-client.ts';
import { startTarget, type TargetOptions } from './target.ts';
import { tokenSource } from './token-source.ts';

export type StackUnderTest = Awaited<ReturnType<typeof stackUnderTest>>;

export interface StackOptions extends TargetOptions {
  /** For tests that take permissions away: without it, `close` fails when a function was denied a call. */
  expectsDenials?: boolean;
}

export async function stackUnderTest({ expectsDenials = false, ...options }: StackOptions = {}) {
  const target = await startTarget(options);
  const { outputs, isLocal } = target;
  const control = localControl(outputs.http_url!);
  const config = awsConfig(outputs);
  const events = new EventBridgeClient(config);
  const sqs = new SQSClient(config);
  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const http = httpCaller(outputs);
  const sockets: SocketClient[] = [];

  const token = tokenSource(isLocal ? `${outputs.http_url}/_local/tokens` : undefined);
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

  const stack = {
    outputs,
    isLocal,
    runtime: target.runtime,
    /** Only with the local runtime. */
    local: control,
    /**
     * Everything sent so far has been worked on: known locally; elsewhere when the queues are empty and a later event
     * has come.
     */
    settle: async (): Promise<void> => (isLocal ? control.settle() : settled(stack)),
    /** Lets time pass: the clock is moved where it can be; elsewhere it is waited for. */
    pass: async (seconds: number): Promise<void> => (isLocal ? control.advance(seconds) : delay(seconds * 1000)),
    now: async (): Promise<number> => (isLocal ? control.now() : Date.now()),
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
    /**
     * One request for a notification, through PutEvents. `title`, `message` and type have defaults. Gives the event's
     * id.
     */
    async notify(request: Partial<NotificationRequestInput>): Promise<string> {
      const detail = { title: 'A title', message: 'A message', notification_type: 'system', ...request };
      return (await put([{ detail_type: 'notification.requested', detail }]))[0]!;
    },
    /** A connected client of a user, by a ticket as browsers do it. */
    async connect(userId: string, options: { topics?: string[]; org_id?: string } = {}): Promise<SocketClient> {
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
  return stack;
}
