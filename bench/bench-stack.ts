// A stack on localhost for measuring: a runtime of its own, a producer, and sockets that note when each frame came.
import { once } from 'node:events';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import WebSocket from 'ws';
import { synthesize } from '../local/assembly.ts';
import { startDynamoDbEngine } from '../local/dynamodb-engine.ts';
import type { FunctionStats } from '../local/functions/function-stats.ts';
import { LOCAL_SETTINGS } from '../local/local-settings.ts';
import { BILLING_UNITS, type MeterReading } from '../local/meter.ts';
import { startRuntime } from '../local/runtime.ts';
import type { NotificationRequestInput } from '../protocol/request.ts';
import type { Ticket } from '../protocol/ticket.ts';

import { queueFunctions } from './monthly-costs.ts';
import { storedGb } from './stored-size.ts';

export type BenchStack = Awaited<ReturnType<typeof startBenchStack>>;
export type BenchMeter = MeterReading & { functions: Record<string, FunctionStats> };
export interface BenchSocket {
  userId: string;
  send(frame: unknown): void;
  onFrame(react: (frame: any) => void): void;
}
export interface ArrivedFrame {
  frame: any;
  userId: string;
  /** performance.now() at its arrival. */
  atMs: number;
}

/** How long a frame may take before the bench gives up (our choice). */
const FRAME_WITHIN_MS = 30_000;

/** `maxWorkers`: sandboxes of each function. */
export async function startBenchStack(options: { maxWorkers?: number } = {}) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const [assembly, engine] = await Promise.all([synthesize(LOCAL_SETTINGS), startDynamoDbEngine()]);
  const runtime = await startRuntime({
    assembly,
    engine,
    port: 0,
    awsPort: 0,
    log: (line) => console.error(line),
    ...options,
  });
  const outputs = runtime.outputs();
  const events = new EventBridgeClient({
    region: outputs.region!,
    endpoint: outputs.aws_endpoint_url!,
    credentials: { accessKeyId: outputs.aws_access_key_id!, secretAccessKey: outputs.aws_secret_access_key! },
  });

  /** The control API. */
  const call = async (method: string, path: string, body?: unknown): Promise<any> => {
    const response = await fetch(`${outputs.http_url}/_local/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new Error(`${method} /_local/${path}: ${await response.text()}`);
    return response.json();
  };

  /** A call of the REST API as a user. */
  const rest = async (
    userId: string,
    method: string,
    path: string,
    body?: unknown,
    claims?: Record<string, unknown>,
  ): Promise<Response> => {
    const { token } = await call('POST', 'tokens', { user_id: userId, ...(claims && { claims }) });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(outputs.http_url + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  };

  const meter = (): Promise<BenchMeter> => call('GET', 'meter');
  let uncounted: MeterReading[] = [];
  let sockets: WebSocket[] = [];
  let arrived: ArrivedFrame[] = [];
  const waiting = new Set<() => void>();

  const open = async (userId: string, url: string, headers: Record<string, string> = {}): Promise<BenchSocket> => {
    const socket = new WebSocket(url, { headers });
    socket.on('message', (data) => {
      arrived.push({ frame: JSON.parse(String(data)), userId, atMs: performance.now() });
      for (const look of [...waiting]) look();
    });
    await once(socket, 'open');
    sockets.push(socket);
    return {
      userId,
      send: (frame) => socket.send(JSON.stringify(frame)),
      onFrame: (react) => socket.on('message', (data) => react(JSON.parse(String(data)))),
    };
  };
  const putEvents = async (details: object[]): Promise<void> => {
    const Entries = details.map((detail) => ({
      EventBusName: outputs.event_bus_name!,
      Source: 'bench',
      DetailType: 'notification.requested',
      Detail: JSON.stringify(detail),
    }));
    const { FailedEntryCount } = await events.send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount) throw new Error(`PutEvents refused ${FailedEntryCount} entries.`);
  };

  return {
    template: assembly.template,
    /** Whose event source mappings poll a queue. */
    queueFunctions: queueFunctions(assembly.template),
    /** Of rows that are kept for days. */
    storedGb: () => storedGb(engine.endpoint, runtime.stack),
    call,
    /** Nothing is in flight any more. */
    settle: (): Promise<unknown> => call('POST', 'settle'),
    /** Since the last reset, less what was not to be counted. */
    async meter(): Promise<BenchMeter> {
      const reading = await meter();
      return {
        ...reading,
        ...uncounted.reduce((left, { units, by }) => less(left, { units, by }), reading as MeterReading),
      };
    },
    async resetMeter(): Promise<void> {
      await call('POST', 'meter/reset');
      uncounted = [];
    },
    /** Preparations in the middle of a run, such as sockets that open shortly before a scheduled time. */
    async uncounted(work: () => Promise<void>): Promise<void> {
      await call('POST', 'settle');
      const before = await meter();
      await work();
      await call('POST', 'settle');
      uncounted.push(less(await meter(), before));
    },
    now: async (): Promise<number> => Date.parse((await call('GET', 'clock')).now),
    advance: (seconds: number): Promise<unknown> => call('POST', 'clock', { advance_seconds: seconds }),
    /** Everything that arrived on any socket since the last reset. */
    arrived: (): readonly ArrivedFrame[] => arrived,

    /** One PutEvents call, of one to ten requests. */
    put: (...requests: NotificationRequestInput[]): Promise<void> => putEvents(requests),

    /** One event with up to a hundred requests. */
    putTogether: (...requests: NotificationRequestInput[]): Promise<void> => putEvents([{ requests }]),

    rest,

    /** By a ticket, whose socket stays open when time is moved past a token's end. */
    async connect(userId: string, claims: { topics?: string[] } = {}): Promise<BenchSocket> {
      const reply = await rest(userId, 'POST', '/api/v2/tickets', {}, claims);
      const { ws_url: wsUrl, ticket } = (await reply.json()) as Ticket;
      return open(userId, `${wsUrl}?ticket=${ticket}`);
    },

    /** From one of the sockets, in the order in which they opened. */
    send: (socket: number, frame: unknown): void => sockets[socket]!.send(JSON.stringify(frame)),

    async connectByToken(userId: string): Promise<BenchSocket> {
      const { token } = await call('POST', 'tokens', { user_id: userId });
      return open(userId, outputs.ws_url!, { authorization: `Bearer ${token}` });
    },

    /** Those that are open, as a client closes them. */
    async closeSockets(): Promise<void> {
      for (const socket of sockets) {
        socket.close();
        await once(socket, 'close');
      }
      sockets = [];
      await call('POST', 'settle');
    },

    /** Resolves when that many frames of the type have arrived since the last reset. */
    framesArrived(type: string, count: number): Promise<void> {
      const seen = () => arrived.filter(({ frame }) => frame.type === type).length;
      return new Promise((resolve, reject) => {
        const look = () => {
          if (seen() < count) return;
          clearTimeout(limit);
          waiting.delete(look);
          resolve();
        };
        const limit = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`${seen()} of ${count} ${type} frames came within ${FRAME_WITHIN_MS} ms.`));
        }, FRAME_WITHIN_MS);
        waiting.add(look);
        look();
      });
    },

    /** As at the start: no rows, no sockets, nothing counted. */
    async reset(): Promise<void> {
      for (const socket of sockets) socket.terminate();
      sockets = [];
      await call('POST', 'reset');
      arrived = [];
    },

    async close(): Promise<void> {
      for (const socket of sockets) socket.terminate();
      events.destroy();
      await runtime.close();
      await engine.close();
    },
  };
}

/** One reading less another, unit by unit and detail by detail. */
function less(from: MeterReading, taken: MeterReading): MeterReading {
  const { units, by } = structuredClone({ units: from.units, by: from.by });
  for (const unit of BILLING_UNITS) {
    units[unit] -= taken.units[unit];
    const details = by[unit] ?? {};
    for (const [name, amount] of Object.entries(taken.by[unit] ?? {})) details[name] = (details[name] ?? 0) - amount;
  }
  return { units, by };
}
