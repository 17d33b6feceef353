// Waits, without the local runtime's control API, until what was sent to the stack has been worked on.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SocketClient } from './socket-client.ts';

/** As much of the stack as is needed to wait for it. */
interface Waited {
  outputs: Record<string, string>;
  sqs: SQSClient;
  connect(userId: string): Promise<SocketClient>;
  notify(request: { user_id: string; store: boolean; notification_type: string }): Promise<string>;
}

/**
 * SQS's counts lag behind:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-monitoring-using-cloudwatch.html
 */
const EMPTY_IN_A_ROW = 3;
const BETWEEN_LOOKS_MS = 150;
const WITHIN_MS = 60_000;
const waiting = new WeakMap<object, { userId: string; socket: Promise<SocketClient> }>();

export async function settled(stack: Waited): Promise<void> {
  const { userId, socket } = watcherOf(stack);
  const marker = `settled.${randomUUID()}`;
  const client = await socket;
  // An event sent after all others: the bus has taken those in when this one comes out at the other end.
  await stack.notify({ user_id: userId, store: false, notification_type: marker });
  await client.frame(({ event_type: type }) => type === marker, WITHIN_MS);
  const until = Date.now() + WITHIN_MS;
  for (let empty = 0; empty < EMPTY_IN_A_ROW; await delay(BETWEEN_LOOKS_MS)) {
    empty = (await messagesAtWork(stack)) === 0 ? empty + 1 : 0;
    if (Date.now() > until) throw new Error('The dispatch queue still holds messages after a minute.');
  }
}

function watcherOf(stack: Waited) {
  const known = waiting.get(stack);
  if (known) return known;
  const userId = `watcher-${randomUUID()}`;
  const watcher = { userId, socket: stack.connect(userId) };
  waiting.set(stack, watcher);
  return watcher;
}

/** Delayed ones are not at work: their time has not come. */
async function messagesAtWork({ sqs, outputs }: Waited): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: outputs.dispatch_queue_url!,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}
