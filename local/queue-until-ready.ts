// Queues requests that arrive while the runtime is still starting, and serves them when it is ready.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * The port is taken long before there is anything behind it, because its number is needed to load the stack. Without
 * this, a caller of those seconds would wait for ever: node:http answers nothing by itself. Call the result once the
 * server's own listeners are there.
 */
export function queueUntilReady(server: Server): () => void {
  const waiting: (() => void)[] = [];
  const hold = (req: IncomingMessage, res: ServerResponse) => {
    waiting.push(() => server.emit('request', req, res));
  };
  const holdUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A caller who gives up meanwhile is no failure of ours.
    const ignore = () => undefined;
    socket.on('error', ignore);
    waiting.push(() => {
      socket.off('error', ignore);
      if (!socket.destroyed) server.emit('upgrade', req, socket, head);
    });
  };
  server.on('request', hold);
  server.on('upgrade', holdUpgrade);
  return () => {
    server.off('request', hold);
    server.off('upgrade', holdUpgrade);
    for (const letIn of waiting.splice(0)) letIn();
  };
}
