// Server-sent events of the console: rows of the feed as they change, and the state around them.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
import type { ServerResponse } from 'node:http';
import type { LiveState } from '../../protocol/local/live-state.ts';
import type { History } from '../history/history.ts';

export interface LiveStream {
  /** Takes the response over until the client leaves. */
  open(res: ServerResponse): void;
  /** Something changed that the history does not see. */
  touch(): void;
  close(): void;
}

/** Our choices: a burst becomes a few frames of the screen, and the state a few times a second. */
const ROWS_EVERY_MS = 50;
const STATE_EVERY_MS = 250;
/** Comments would not reach the page's script, which takes silence for a connection that is gone. */
const HEARTBEAT_MS = 5_000;
/** Beyond it the client is too slow; it connects again and loads what it missed. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
const MAX_CLIENTS = 50;

export function liveStream(history: History, readState: () => LiveState): LiveStream {
  const clients = new Set<ServerResponse>();
  const changed = new Set<string>();
  let rowsTimer: NodeJS.Timeout | undefined;
  let stateTimer: NodeJS.Timeout | undefined;

  const send = (res: ServerResponse, event: string, data: unknown) => {
    if (res.writableLength > MAX_BUFFERED_BYTES) return void res.destroy();
    res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const toAll = (event: string, data: unknown) => {
    for (const client of clients) send(client, event, data);
  };
  const sendRows = () => {
    rowsTimer = undefined;
    const rows = [...changed].flatMap((id) => history.row(id) ?? []);
    changed.clear();
    if (rows.length > 0) toAll('rows', rows);
  };
  const sendState = () => {
    clearTimeout(stateTimer);
    stateTimer = undefined;
    toAll('state', readState());
  };
  const touch = () => {
    if (clients.size === 0) return;
    stateTimer ??= setTimeout(sendState, STATE_EVERY_MS).unref();
  };
  const stopListening = history.onChange((eventId) => {
    if (clients.size === 0) return;
    if (eventId !== undefined) {
      changed.add(eventId);
      rowsTimer ??= setTimeout(sendRows, ROWS_EVERY_MS).unref();
    }
    touch();
  });
  const heartbeat = setInterval(() => {
    if (clients.size > 0) sendState();
  }, HEARTBEAT_MS).unref();

  return {
    open(res) {
      if (clients.size >= MAX_CLIENTS) {
        res.writeHead(503, { 'content-type': 'application/json' });
        res.end(JSON.stringify({ message: `At most ${MAX_CLIENTS} consoles can be open; close one.` }));
        return;
      }
      res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      clients.add(res);
      res.on('close', () => clients.delete(res));
      send(res, 'state', readState());
    },
    touch,
    close() {
      clearInterval(heartbeat);
      clearTimeout(rowsTimer);
      clearTimeout(stateTimer);
      stopListening();
      for (const client of clients) client.end();
    },
  };
}
