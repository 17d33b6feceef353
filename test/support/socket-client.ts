// A WebSocket client for tests: keeps every frame, waits for the one that is asked for.
import { once } from 'node:events';
import WebSocket from 'ws';

export interface SocketClient {
  /** Every frame so far, parsed. */
  frames: any[];
  /** Resolves with the first frame, past or future, that matches; rejects after `withinMs` with what came instead. */
  frame(matches: string | ((frame: any) => boolean), withinMs?: number): Promise<any>;
  of(type: string): any[];
  /** Resolves when everything sent to this socket before now is in `frames`: asks for a pong and waits for it. */
  caughtUp(): Promise<void>;
  send(frame: unknown): void;
  raw: WebSocket;
  close(): Promise<void>;
  /** Resolves when the socket has closed, from either side. */
  closed: Promise<{ code: number; reason: string }>;
}

export class Refused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`The upgrade was refused with ${status}.`);
    this.status = status;
  }
}

const WITHIN_MS = 30_000;
const PING = JSON.stringify({ action: 'ping' });

/** Rejects with Refused when the upgrade is refused. */
export async function openSocket(url: string, options: WebSocket.ClientOptions = {}): Promise<SocketClient> {
  const raw = new WebSocket(url, options);
  const frames: any[] = [];
  const waiting = new Set<() => void>();
  raw.on('message', (data) => {
    frames.push(JSON.parse(String(data)));
    for (const look of [...waiting]) look();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    raw.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await new Promise<void>((resolve, reject) => {
    raw.once('open', resolve);
    raw.once('unexpected-response', (_request, response) => {
      response.resume();
      raw.terminate();
      reject(new Refused(response.statusCode ?? 0));
    });
    raw.on('error', reject);
  });
  let pings = 0;
  const client: SocketClient = {
    frames,
    raw,
    closed,
    of: (type) => frames.filter((frame) => frame.type === type),
    async caughtUp() {
      client.send({ action: 'ping' });
      const wanted = pings;
      await client.frame(() => client.of('pong').length >= wanted);
    },
    send(frame) {
      const text = typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame);
      if (text === PING) pings++;
      raw.send(text);
    },
    frame(matches, withinMs = WITHIN_MS) {
      const fits = typeof matches === 'string' ? (frame: any) => frame.type === matches : matches;
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = frames.find(fits);
          if (found === undefined) return;
          clearTimeout(limit);
          waiting.delete(look);
          resolve(found);
        };
        const limit = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`No such frame within ${withinMs} ms. Frames: ${JSON.stringify(frames).slice(0, 2_000)}`));
        }, withinMs);
        waiting.add(look);
        look();
      });
    },
    async close() {
      if (raw.readyState === WebSocket.CLOSED) return;
      raw.close();
      await once(raw, 'close');
    },
  };
  return client;
}
