// The bare opening handshake of a WebSocket, for when only the answer's status matters.
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';

/** 101 when the socket opened; it is then in `opened` until somebody destroys it. */
export function upgradeStatus(
  wsUrl: string,
  headers: Record<string, string> = {},
  opened: Duplex[] = [],
): Promise<number> {
  const url = new URL(wsUrl.replace(/^ws/, 'http'));
  const send = url.protocol === 'https:' ? secureRequest : request;
  return new Promise((resolve, reject) => {
    const handshake = send(url, {
      agent: false,
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        ...headers,
      },
    });
    handshake.once('upgrade', (_response, socket) => {
      socket.on('error', () => socket.destroy());
      opened.push(socket);
      resolve(101);
    });
    handshake.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    handshake.once('error', reject);
    handshake.end();
  });
}
