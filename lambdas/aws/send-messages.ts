// Sends any number of messages to a queue, in batches that SQS accepts.
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { bounded, MAX_ATTEMPTS, requestHandler } from './clients.ts';

/** SQS takes ten messages and 1 MiB in one call (AWS limits); 900 KiB leaves room for what it counts besides the bodies. */
const BATCH_MESSAGES = 10;
const BATCH_BYTES = 900 * 1024;
/** Our choice: batches in flight at once when a request names thousands of users. */
const CONCURRENT_BATCHES = 10;

export const openQueues = (): SQSClient =>
  bounded(new SQSClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: requestHandler(), cacheMiddleware: true }));

export async function sendMessages(
  client: SQSClient,
  queueUrl: string,
  messages: readonly unknown[],
  delaySeconds = 0,
): Promise<void> {
  const batches = inBatches(messages.map((message) => JSON.stringify(message)));
  for (let at = 0; at < batches.length; at += CONCURRENT_BATCHES) {
    await Promise.all(
      batches.slice(at, at + CONCURRENT_BATCHES).map((batch) => sendBatch(client, queueUrl, batch, delaySeconds)),
    );
  }
}

function inBatches(bodies: string[]): string[][] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    const last = batches.at(-1);
    if (last && last.length < BATCH_MESSAGES && bytes + size <= BATCH_BYTES) {
      last.push(body);
      bytes += size;
    } else {
      batches.push([body]);
      bytes = size;
    }
  }
  return batches;
}

/** Sends what failed once more; what still fails is thrown, so the caller is retried as a whole. */
async function sendBatch(client: SQSClient, queueUrl: string, bodies: string[], delaySeconds: number): Promise<void> {
  let left = bodies;
  for (let attempt = 0; attempt < 2; attempt++) {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: left.map((MessageBody, at) => ({
          Id: String(at),
          MessageBody,
          ...(delaySeconds > 0 && { DelaySeconds: delaySeconds }),
        })),
      }),
    );
    if (Failed.length === 0) return;
    left = Failed.map((failure) => left[Number(failure.Id)]!);
  }
  throw new Error(`${left.length} messages could not be sent to the queue.`);
}
