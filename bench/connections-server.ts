// A loopback @connections API that answers each post after a while: run in a process of its own, so that its CPU time
// is not counted.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const latencyMs = Number(process.argv[2] ?? 12);

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => setTimeout(() => response.writeHead(200).end(), latencyMs));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
// The bench has ended, however it did.
process.on('disconnect', () => process.exit(0));
