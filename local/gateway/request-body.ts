// Reads a request's body up to API Gateway's limit.
import type { IncomingMessage } from 'node:http';

/** AWS's limit on an HTTP API's payload: 10 MB. */
export const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

/** Undefined when the body is larger than the limit; the rest of it is not read. */
export async function requestBody(req: IncomingMessage, maxBytes = MAX_PAYLOAD_BYTES): Promise<Buffer | undefined> {
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
