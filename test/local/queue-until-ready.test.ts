// Who knocks while the runtime is still starting is served once it runs, by HTTP and by WebSocket.
import { createServer } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { listenNear } from '../../local/ports.ts';
import { queueUntilReady } from '../../local/queue-until-ready.ts';

const server = createServer();
const sockets = new WebSocketServer({ noServer: true });
afterEach(() => {
  server.closeAllConnections();
  for (const client of sockets.clients) client.terminate();
  server.close();
});

it('holds requests and upgrades, and nobody is served twice', async () => {
  const open = queueUntilReady(server);
  const port = await listenNear(server, 0);
  let knocks = 0;
  server.on('request', () => knocks++);
  server.on('upgrade', () => knocks++);
  const request = fetch(`http://127.0.0.1:${port}/health`);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  const opened = new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  while (knocks < 2) await setImmediate();

  server.removeAllListeners('request').removeAllListeners('upgrade');
  server.on('request', (_req, res) => res.end('open'));
  server.on('upgrade', (req, duplex, head) => sockets.handleUpgrade(req, duplex, head, () => undefined));
  open();
  expect(await (await request).text()).toBe('open');
  await opened;
  expect(sockets.clients.size).toBe(1);

  open();
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('open');
});
