// What a queue holds, by SQS's own calls.
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { StackUnderTest } from './stack-under-test.ts';

/** Takes every visible message out of a queue. */
export async function drain(stack: StackUnderTest, url: string): Promise<Message[]> {
  const taken: Message[] = [];
  for (;;) {
    const { Messages = [] } = await stack.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 0,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return taken;
    taken.push(...Messages);
    await stack.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle: ReceiptHandle! })),
      }),
    );
  }
}

/** All of its messages: visible, hidden and delayed. */
export async function messagesIn(stack: StackUnderTest, url: string): Promise<number> {
  const { Attributes }: { Attributes?: Record<string, string> } = await stack.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  return ['', 'NotVisible', 'Delayed'].reduce(
    (sum, kind) => sum + Number(Attributes?.[`ApproximateNumberOfMessages${kind}`]),
    0,
  );
}

/** Nothing is waiting, hidden for a retry, or given up. */
export async function expectQueuesEmpty(stack: StackUnderTest): Promise<void> {
  const {
    dispatch_queue_url: dispatch,
    dead_letter_queue_url: dead,
    undelivered_queue_url: undelivered,
  } = stack.outputs;
  const found = {
    dispatch: await messagesIn(stack, dispatch!),
    dead: await messagesIn(stack, dead!),
    undelivered: await messagesIn(stack, undelivered!),
  };
  const full = Object.entries(found).filter(([, count]) => count > 0);
  if (full.length > 0)
    throw new Error(`Queues that should be empty hold messages: ${JSON.stringify(Object.fromEntries(full))}`);
}
