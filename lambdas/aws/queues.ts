// The queues a function sends to.
import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { FanoutQueue, RejectedQueue, TaskQueue } from '../domain/deps.ts';
import type { FailedMessages } from '../domain/failed-message.ts';
import { MAX_ATTEMPTS, requestHandler } from './clients.ts';

/** SQS takes ten messages and 1 MiB in one call (AWS limits); 900 KiB leaves room for what it counts besides the bodies. */
const BATCH_MESSAGES = 10;
const BATCH_BYTES = 900 * 1024;
/** Our choice: batches under way at once when a request names thousands of users. */
const CONCURRENT_BATCHES = 10;

export const openQueues = (): SQSClient =>
  new SQSClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: requestHandler(), cacheMiddleware: true });

export function taskQueue(client: SQSClient, queueUrl: string): TaskQueue {
  return {
    send: (tasks, delaySeconds = 0) =>
      sendAll(
        client,
        queueUrl,
        tasks.map((task) => JSON.stringify(task)),
        delaySeconds,
      ),
  };
}

export function fanoutQueue(client: SQSClient, queueUrl: string): FanoutQueue {
  return {
    send: (tasks) =>
      sendAll(
        client,
        queueUrl,
        tasks.map((task) => JSON.stringify(task)),
        0,
      ),
  };
}

/** What dispatch does with a message of its own queue that failed. */
export function failedMessages(client: SQSClient, queueUrl: string, deadLetterQueueUrl: string): FailedMessages {
  return {
    async retryIn(receiptHandle, seconds) {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        }),
      );
    },
    async toDeadLetters(body, { reason, messageId, receiveCount }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MessageBody: body,
          MessageAttributes: {
            reason: { DataType: 'String', StringValue: asAttribute(reason) },
            message_id: { DataType: 'String', StringValue: messageId },
            receive_count: { DataType: 'Number', StringValue: String(receiveCount) },
          },
        }),
      );
    },
  };
}

/** SQS takes no empty text and no control characters: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
function asAttribute(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, ' ').slice(0, 1024) || 'unknown';
}

export function rejectedQueue(client: SQSClient, queueUrl: string): RejectedQueue {
  return {
    async send(body, { field, reason }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify({ field, reason, event: parsedOrText(body) }),
          MessageAttributes: {
            field: { DataType: 'String', StringValue: field.slice(0, 256) || 'body' },
            reason: { DataType: 'String', StringValue: reason.slice(0, 1024) },
          },
        }),
      );
    },
  };
}

/** The event as it came: as JSON where it is JSON, so that a person can read it, else as text. */
function parsedOrText(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

async function sendAll(client: SQSClient, queueUrl: string, bodies: string[], delaySeconds: number): Promise<void> {
  const batches = inBatches(bodies);
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

/** Sends what failed once more; what still fails is thrown, and whoever asked is tried again as a whole. */
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
