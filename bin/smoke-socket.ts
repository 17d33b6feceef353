// A socket for the smoke test: every wait is bounded and says what came instead.
import WebSocket from 'ws';

export interface SmokeSocket {
  send(frame: object): void;
  /** Takes the frames up to the first that matches, and gives them all. */
  until(what: string, matches: (frame: any) => boolean, withinMs: number): Promise<any[]>;
  close(): void;
}

export function openSmokeSocket(url: string, withinMs: number): Promise<SmokeSocket> {
  const socket = new WebSocket(url, { handshakeTimeout: withinMs });
  const frames: any[] = [];
  let look = () => {};
  let ended: string | undefined;
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)));
    look();
  });
  socket.on('close', (code) => {
    ended = `The socket was closed with code ${code}.`;
    look();
  });
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      reject(new Error(`The connection was refused with HTTP status ${response.statusCode}.`));
    });
    // It also follows a refused connection; the first outcome counts.
    socket.on('error', reject);
    socket.once('open', () =>
      resolve({
        send: (frame) => socket.send(JSON.stringify(frame)),
        until: (what, matches, withinMs) =>
          new Promise((found, fail) => {
            const limit = setTimeout(() => {
              look = () => {};
              fail(
                new Error(`No ${what} within ${withinMs / 1000} s. Frames: ${JSON.stringify(frames).slice(0, 500)}`),
              );
            }, withinMs);
            look = () => {
              const at = frames.findIndex(matches);
              if (at < 0 && ended === undefined) return;
              clearTimeout(limit);
              look = () => {};
              if (at < 0) fail(new Error(ended));
              else found(frames.splice(0, at + 1));
            };
            look();
          }),
        close: () => socket.terminate(),
      }),
    );
  });
}
