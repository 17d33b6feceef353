// Both gateways on one port over a hand-made stack, with functions that are plain callbacks.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import { activity } from '../../../local/activity.ts';
import type { Service } from '../../../local/aws/service.ts';
import { createCalls } from '../../../local/calls.ts';
import { movableClock } from '../../../local/clock.ts';
import { createGate } from '../../../local/create-gate.ts';
import { createFaults } from '../../../local/faults.ts';
import type { ConnectionLimits } from '../../../local/gateway/connections.ts';
import { httpApi, NOT_FOUND } from '../../../local/gateway/http-api.ts';
import { webSocketApi } from '../../../local/gateway/websocket-api.ts';
import { createCredentials } from '../../../local/iam/credentials.ts';
import { createIssuer } from '../../../local/issuer.ts';
import { meter } from '../../../local/meter.ts';
import type { InvokeResult, Resource } from '../../../local/stack.ts';
import { stackOf } from '../hand-made-stack.ts';

/** A function's behaviour: returns its payload, or throws to be a failed invocation. */
export type Handler = (event: any) => unknown;

export const lambdaArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
export const lambdaUri = (name: string) =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${lambdaArn(name)}/invocations`;

export function resource(
  type: string,
  ref: string,
  properties: object,
  attributes: Record<string, string> = {},
): Resource {
  return { logicalId: ref, type, ref, properties, attributes };
}
export const gatewayResource = (kind: string, ref: string, properties: object) =>
  resource(`AWS::ApiGatewayV2::${kind}`, ref, properties);

/** A function any API may invoke, unless `sourceArn` narrows it. */
export const lambdaFunction = (
  name: string,
  sourceArn = 'arn:aws:execute-api:us-east-1:000000000000:*',
): Resource[] => [
  resource('AWS::Lambda::Function', name, {}, { Arn: lambdaArn(name) }),
  resource('AWS::Lambda::Permission', `${name}-permission`, {
    Action: 'lambda:InvokeFunction',
    FunctionName: lambdaArn(name),
    Principal: 'apigateway.amazonaws.com',
    SourceArn: sourceArn,
  }),
];

export interface FixtureOptions {
  resources(base: { issuer: string }): Resource[];
  functions?: Record<string, Handler>;
  limits?: ConnectionLimits;
  events?: Service;
}

export async function startGateways({ resources, functions = {}, limits, events }: FixtureOptions) {
  const works = activity();
  const clock = movableClock(works);
  const billed = meter();
  const calls = createCalls();
  const faults = createFaults();
  const gate = createGate({ faults, calls, clock });
  const credentials = createCredentials({ accountId: '000000000000' });
  const logged: { message: string; details?: Record<string, unknown> }[] = [];
  const invoked: { name: string; event: any }[] = [];

  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = createIssuer({ issuerUrl: `http://${origin}/pool`, clientId: 'client', clock });
  const stack = stackOf(...resources({ issuer: `http://${origin}/pool` }));

  const deps = {
    functions: {
      async invoke(functionArn: string, event: unknown): Promise<InvokeResult> {
        const name = functionArn.split(':').at(-1)!;
        // As over the wire: a function sees JSON, not our objects.
        const seen = JSON.parse(JSON.stringify(event));
        invoked.push({ name, event: seen });
        try {
          const result = await functions[name]!(seen);
          return { ok: true, payload: result === undefined ? null : JSON.parse(JSON.stringify(result)), durationMs: 1 };
        } catch (error) {
          return { ok: false, errorType: 'Error', errorMessage: (error as Error).message, durationMs: 1 };
        }
      },
    },
    clock,
    meter: billed,
    activity: works,
    gate,
    credentials,
    events,
    log: (message: string, details?: Record<string, unknown>) => logged.push({ message, details }),
  };
  const load = () => ({ http: httpApi(stack, deps), sockets: webSocketApi(stack, deps, limits) });
  let loaded: ReturnType<typeof load>;
  try {
    loaded = load();
  } catch (error) {
    server.close();
    throw error;
  }
  const { http, sockets } = loaded;
  server.on('request', async (req, res) => {
    if (issuer.handle(req, res) || (await http(req, res))) return;
    res.writeHead(NOT_FOUND.status, NOT_FOUND.headers).end(NOT_FOUND.body);
  });
  server.on('upgrade', sockets.handleUpgrade);

  const clients: WebSocket[] = [];
  return {
    stack,
    http,
    origin,
    url: `http://${origin}`,
    port: (server.address() as AddressInfo).port,
    clock,
    works,
    meter: billed,
    gate,
    credentials,
    calls,
    issuer,
    sockets,
    logged,
    invoked,
    eventsOf: (name: string) => invoked.filter((call) => call.name === name).map((call) => call.event),
    /** A client that is open, or a rejection that carries the refusal's status. */
    async connect(path = '/live', options: ClientOptions & { protocols?: string[] } = {}) {
      const client = new WebSocket(`ws://${origin}${path}`, options.protocols ?? [], options);
      clients.push(client);
      const frames: string[] = [];
      const waiting: ((frame: string) => void)[] = [];
      client.on('message', (data) => {
        const take = waiting.shift();
        if (take) take(data.toString());
        else frames.push(data.toString());
      });
      const closed = new Promise<{ code: number; reason: string }>((resolve) => {
        client.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
      });
      client.on('error', () => {}); // a refused or broken socket shows in `closed`
      await new Promise<void>((resolve, reject) => {
        client.once('open', resolve);
        client.once('unexpected-response', async (_request, response) => {
          let body = '';
          for await (const chunk of response) body += chunk;
          reject(Object.assign(new Error(`refused: ${response.statusCode}`), { status: response.statusCode, body }));
        });
        client.once('close', () => reject(new Error('closed before it opened')));
      });
      return {
        client,
        closed,
        next: () =>
          new Promise<string>((resolve) => (frames.length > 0 ? resolve(frames.shift()!) : waiting.push(resolve))),
      };
    },
    async close() {
      for (const client of clients) client.terminate();
      sockets.close();
      server.closeAllConnections();
      server.close();
      clock.close();
    },
  };
}

export type Gateways = Awaited<ReturnType<typeof startGateways>>;
