// Ports: the wanted one, or the next that is free.

import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { errorCode } from './error-code.ts';

/** How many ports above a busy one are tried (our choice). */
const TRIES = 50;
/**
 * Callers that may knock at the same moment: Linux's own most by default. Node's 511 loses some when thousands connect
 * at once.
 */
const BACKLOG = 4_096;

/**
 * Ports above 1023 that browsers refuse to connect to: https://fetch.spec.whatwg.org/#port-blocking. A console there
 * could not be opened; the database engine is put there, so that no page reaches it.
 */
export const BROWSER_BLOCKED_PORTS = [
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/** Listens on 127.0.0.1 at `wanted`, or the next free port above it; 0 takes any. Gives the port taken. */
export async function listenNear(server: Server, wanted: number): Promise<number> {
  for (let port = wanted; port <= wanted + TRIES; port++) {
    if (BROWSER_BLOCKED_PORTS.includes(port)) continue;
    try {
      server.listen(port, '127.0.0.1', BACKLOG);
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`Ports ${wanted} to ${wanted + TRIES} are all in use. Choose another with PORT or AWS_PORT.`);
}
