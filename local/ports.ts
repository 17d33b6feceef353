// Ports: the wanted one, or the next that is free.
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';

/** How many ports above a busy one are tried (our choice). */
const TRIES = 50;

/** Listens on 127.0.0.1 at `wanted`, or the next free port above it; 0 takes any. Gives the port taken. */
export async function listenNear(server: Server, wanted: number): Promise<number> {
  for (let port = wanted; port <= wanted + TRIES; port++) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`Ports ${wanted} to ${wanted + TRIES} are all in use. Choose another with PORT or AWS_PORT.`);
}

/** Finds a free port without keeping it. */
export async function reservePort(wanted: number, taken: number): Promise<number> {
  const probe = createServer();
  const port = await listenNear(probe, wanted === taken ? wanted + 1 : wanted);
  probe.close();
  await once(probe, 'close');
  return port;
}
