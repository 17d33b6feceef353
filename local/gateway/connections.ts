// The open sockets of a WebSocket API: sending, closing, the idle and life limits, and what AWS bills for them.
import { isUtf8 } from 'node:buffer';
import type { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import type { Meter } from '../meter.ts';
import { deadlines } from './deadlines.ts';
import { MAX_FRAME_BYTES } from './frame-tap.ts';
import type { ConnectionFacts } from './websocket-events.ts';

/** AWS's limits on a connection: 10 minutes without a message, 2 hours in all. */
export const IDLE_MS = 10 * 60_000;
export const LIFE_MS = 2 * 3_600_000;
/** Our choice (AWS's is not published): what may wait in one client's socket before it counts as too slow. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** Messages are billed per started 32 KB. */
const BILLED_BYTES = 32 * 1024;

export interface ConnectionLimits {
  idleMs?: number;
  lifeMs?: number;
  maxBufferedBytes?: number;
}

export interface Connection extends Readonly<ConnectionFacts> {
  readonly lastActiveAtMs: number;
}

/** What the rest of the runtime may do with open sockets. */
export interface Connections {
  list(): Connection[];
  get(connectionId: string): Connection | undefined;
  /** One message to the client; `slow` when too much is waiting for it already. */
  post(connectionId: string, data: Buffer): 'sent' | 'gone' | 'slow';
  /** Closes with a close frame, as DELETE @connections does; false when it is not open. */
  disconnect(connectionId: string): boolean;
  /** Breaks the connection without a close frame and without `$disconnect`; false when it is not open. */
  cut(connectionId: string): boolean;
}

export interface ConnectionTable extends Connections {
  open(facts: ConnectionFacts, ws: WebSocket): void;
  /** Records a message from the client. */
  received(connectionId: string, bytes: number): void;
  /** Ends a connection from the gateway's side. */
  end(connectionId: string, status: number, reason: string): boolean;
  /** Takes a connection that is closed already out of the table; false when it had ended before. */
  forget(connectionId: string, status: number, reason: string): boolean;
  /** Bills the open connections' minutes so far. */
  meterMinutes(): void;
  /** Cuts every connection. */
  close(): void;
}

interface Live extends ConnectionFacts {
  ws: WebSocket;
  lastActiveAtMs: number;
  meteredUntilMs: number;
  cancelDeadline(): void;
}

interface TableDeps {
  clock: Clock;
  meter: Meter;
  limits: ConnectionLimits;
  /** Called once for every connection that ends, except when it is cut. */
  ended(facts: ConnectionFacts, status: number, reason: string): void;
}

export function connectionTable({ clock, meter, limits, ended }: TableDeps): ConnectionTable {
  const { idleMs = IDLE_MS, lifeMs = LIFE_MS, maxBufferedBytes = MAX_BUFFERED_BYTES } = limits;
  const live = new Map<string, Live>();
  const timers = deadlines(clock);

  const watch = (connection: Live) => {
    const dueMs = Math.min(connection.connectedAtMs + lifeMs, connection.lastActiveAtMs + idleMs);
    connection.cancelDeadline = timers.at(dueMs, () => {
      const nowMs = clock.now();
      const over = nowMs >= connection.connectedAtMs + lifeMs || nowMs >= connection.lastActiveAtMs + idleMs;
      if (over) end(connection.connectionId, 1001, 'Going away');
      else watch(connection);
    });
  };
  const bill = (connection: Live) => {
    const nowMs = clock.now();
    meter.add('websocket_connection_minutes', Math.max(0, nowMs - connection.meteredUntilMs) / 60_000);
    connection.meteredUntilMs = nowMs;
  };
  const remove = (connectionId: string): Live | undefined => {
    const connection = live.get(connectionId);
    if (!connection) return undefined;
    live.delete(connectionId);
    connection.cancelDeadline();
    bill(connection);
    return connection;
  };
  const forget = (connectionId: string, status: number, reason: string) => {
    const connection = remove(connectionId);
    if (connection) ended(connection, status, reason);
    return connection !== undefined;
  };
  const end = (connectionId: string, status: number, reason: string) => {
    const ws = live.get(connectionId)?.ws;
    ws?.close(status, reason);
    return forget(connectionId, status, reason);
  };
  const cut = (connectionId: string) => {
    const connection = remove(connectionId);
    connection?.ws.terminate();
    return connection !== undefined;
  };

  return {
    list: () => [...live.values()],
    get: (connectionId) => live.get(connectionId),
    open(facts, ws) {
      const nowMs = clock.now();
      const connection: Live = { ...facts, ws, lastActiveAtMs: nowMs, meteredUntilMs: nowMs, cancelDeadline: () => {} };
      live.set(facts.connectionId, connection);
      watch(connection);
    },
    received(connectionId, bytes) {
      const connection = live.get(connectionId);
      if (connection) connection.lastActiveAtMs = clock.now();
      meter.add('websocket_messages', billedMessages(bytes), 'received');
    },
    post(connectionId, data) {
      const connection = live.get(connectionId);
      if (!connection || connection.ws.readyState !== connection.ws.OPEN) return 'gone';
      if (connection.ws.bufferedAmount + data.length > maxBufferedBytes) return 'slow';
      sendText(connection.ws, data);
      connection.lastActiveAtMs = clock.now();
      meter.add('websocket_messages', billedMessages(data.length), 'sent');
      meter.add('data_out_gb', data.length / 1e9, 'frames');
      return 'sent';
    },
    disconnect: (connectionId) => end(connectionId, 1000, 'Connection Closed Normally'),
    cut,
    end,
    forget,
    meterMinutes: () => live.forEach(bill),
    close() {
      for (const connectionId of [...live.keys()]) cut(connectionId);
      timers.close();
    },
  };
}

const billedMessages = (bytes: number) => Math.max(1, Math.ceil(bytes / BILLED_BYTES));

/** Text only, and no frame above 32 KB. */
function sendText(ws: WebSocket, data: Buffer): void {
  // A client must close on text that isn't UTF-8, so stray bytes become replacement characters.
  const text = isUtf8(data) ? data : Buffer.from(data.toString('utf8'));
  let at = 0;
  for (; text.length - at > MAX_FRAME_BYTES; at += MAX_FRAME_BYTES) {
    ws.send(text.subarray(at, at + MAX_FRAME_BYTES), { binary: false, fin: false });
  }
  ws.send(at === 0 ? text : text.subarray(at), { binary: false, fin: true });
}
