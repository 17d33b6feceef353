// Speaks DynamoDB's protocol to the engine behind the runtime, over connections that stay open.
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface EngineReply {
  status: number;
  body: string;
}

export interface EngineConnection {
  /** `operation` as DynamoDB names it; `body` is its JSON. Rejects when the engine can't be reached. */
  send(operation: string, body: string): Promise<EngineReply>;
  close(): void;
}

/** Engines want a well-formed signature and check none: the runtime has checked the caller's own. */
const SIGNATURE =
  'AWS4-HMAC-SHA256 Credential=carillon/20260101/us-east-1/dynamodb/aws4_request, ' +
  'SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000';

/** More than the functions' workers together can keep busy (our choice). */
const MAX_SOCKETS = 64;

export function connectEngine(endpoint: string): EngineConnection {
  const url = new URL(endpoint);
  const secure = url.protocol === 'https:';
  const agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: MAX_SOCKETS });
  const request = secure ? httpsRequest : httpRequest;
  const fixed = { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port, path: '/', method: 'POST', agent };

  const sendOnce = (operation: string, body: string) =>
    new Promise<EngineReply>((resolve, reject) => {
      const outgoing = request(
        {
          ...fixed,
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'content-length': Buffer.byteLength(body),
            'x-amz-target': `DynamoDB_20120810.${operation}`,
            'x-amz-date': '20260101T000000Z',
            authorization: SIGNATURE,
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('end', () => resolve({ status: incoming.statusCode!, body: Buffer.concat(chunks).toString() }));
          incoming.on('error', reject);
        },
      );
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // An idle connection the engine closed just as it was picked up: nothing was applied, a fresh one may be tried.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') sendOnce(operation, body).then(resolve, reject);
        else reject(error);
      });
      outgoing.end(body);
    });

  return { send: sendOnce, close: () => agent.destroy() };
}
