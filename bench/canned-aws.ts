// AWS as one user with one socket would find it, answered from memory in a process of its own: what a function's CPU
// time is measured against.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const text = (value: string) => ({ S: value });
/** What a delivery loads: one connection, and preferences. */
const RECIPIENT = {
  Items: [
    {
      pk: text('USER#any'),
      sk: text('#CONN#L0SM9cOFvHcCIhw='),
      connected_at: text('2026-11-21T12:00:00.000Z'),
      ttl: { N: '4000000000' },
    },
    { pk: text('USER#any'), sk: text('#STATE'), known_since: text('019a0000-0000-7000-8000-000000000000') },
  ],
  Count: 2,
  ScannedCount: 2,
};
const NONE = { Items: [], Count: 0, ScannedCount: 0 };

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    const body = Buffer.concat(parts).toString();
    const answer =
      operation === 'Query' ? (body.includes('"IndexName"') || body.includes('BROADCAST') ? NONE : RECIPIENT) : {};
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(operation === undefined ? '' : JSON.stringify(answer));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
