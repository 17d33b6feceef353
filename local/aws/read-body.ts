// Reads a request's body whole, up to a limit.
import type { IncomingMessage } from 'node:http';

/** Resolves to undefined when the body is larger than `maxBytes`; the rest of it is then not read. */
export function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return chunks.push(chunk);
      incoming.removeAllListeners('data');
      incoming.resume();
      return resolve(undefined);
    });
    incoming.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes)));
    incoming.on('error', reject);
  });
}
