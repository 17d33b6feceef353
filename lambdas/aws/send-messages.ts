// Sends any number of messages to a queue, in batches that SQS accepts.
import { createHash } from 'node:crypto';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { toQueueText } from '../../protocol/carried-json.ts';
import { bounded, MAX_ATTEMPTS, requestHandler } from './clients.ts';

/**
 * SQS takes ten messages and 1 MiB in one call (AWS limits); 900 KiB leaves room for what it counts besides the bodies.
 */
const BATCH_MESSAGES = 10;
const BATCH_BYTES = 900 * 1024;
/** Our choice: batches in flight at once when a request names thousands of users. */
const CONCURRENT_BATCHES = 10;

export const openQueues = (): SQSClient =>
  bounded(new SQSClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: requestHandler(), cacheMiddleware: true }));

interface Entry {
  body: string;
  groupId?: string;
}

export async function sendMessages<Message>(
  client: SQSClient,
  queueUrl: string,
  messages: readonly Message[],
  options: { delaySeconds?: number | undefined; groupOf?: (message: Message) => string | undefined } = {},
): Promise<void> {
  const { delaySeconds = 0, groupOf } = options;
  const entries = messages.map((message): Entry => {
    const group = groupOf?.(message);
    return { body: toQueueText(message), ...(group !== undefined && { groupId: groupIdOf(group) }) };
  });
  const batches = inBatches(entries);
  for (let at = 0; at < batches.length; at += CONCURRENT_BATCHES) {
    await Promise.all(
      batches.slice(at, at + CONCURRENT_BATCHES).map((batch) => sendBatch(client, queueUrl, batch, delaySeconds)),
    );
  }
}

/** A group's name may have letters, digits and ASCII punctuation only (AWS limit), so any text is hashed. */
const groupIdOf = (group: string): string => createHash('sha256').update(group).digest('hex').slice(0, 32);

function inBatches(entries: Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.body);
    const last = batches.at(-1);
    if (last && last.length < BATCH_MESSAGES && bytes + size <= BATCH_BYTES) {
      last.push(entry);
      bytes += size;
    } else {
      batches.push([entry]);
      bytes = size;
    }
  }
  return batches;
}

/** Sends what failed once more; what still fails is thrown, so the caller is retried as a whole. */
async function sendBatch(client: SQSClient, queueUrl: string, entries: Entry[], delaySeconds: number): Promise<void> {
  let left = entries;
  for (let attempt = 0; attempt < 2; attempt++) {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: left.map(({ body, groupId }, at) => ({
          Id: String(at),
          MessageBody: body,
          // On a standard queue it names a tenant, and gives no order:
          // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
          ...(groupId !== undefined && { MessageGroupId: groupId }),
          ...(delaySeconds > 0 && { DelaySeconds: delaySeconds }),
        })),
      }),
    );
    if (Failed.length === 0) return;
    left = Failed.map((failure) => left[Number(failure.Id)]!);
  }
  throw new Error(`${left.length} messages could not be sent to the queue.`);
}
