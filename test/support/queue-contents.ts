// What a queue holds, by SQS's own calls.
import {
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
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

export interface RejectedEvent {
  /** The field at fault, in the message attribute; and as the body has it. */
  attribute: string;
  field: string;
  reason: string;
  /** As it came in. */
  event: any;
}

/** Our choice: enough to look past what others have left in the queue. */
const RECEIVES = 100;
/** Long enough that a message which is not ours is seen once, short enough that its owner finds it again. */
const HIDDEN_SECONDS = 20;
const LOOK_AGAIN_SECONDS = 1;

/**
 * Takes the rejections that fit out of the rejected queue and leaves the others. Waits for as many as there must be;
 * where the queue is the test's own it looks for more.
 */
export async function takeRejected(
  stack: StackUnderTest,
  fits: (rejected: RejectedEvent) => boolean,
  { atLeast }: { atLeast: number },
): Promise<RejectedEvent[]> {
  const QueueUrl = stack.outputs.rejected_queue_url!;
  if (stack.isLocal) await stack.settle();
  const taken: RejectedEvent[] = [];
  for (let receives = 0; receives < RECEIVES; receives++) {
    const { Messages = [] } = await stack.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: stack.isLocal ? 0 : LOOK_AGAIN_SECONDS,
        MessageAttributeNames: ['All'],
      }),
    );
    for (const { Body = '', MessageAttributes, ReceiptHandle } of Messages) {
      const rejected = { ...JSON.parse(Body), attribute: MessageAttributes?.field?.StringValue };
      if (!fits(rejected)) continue;
      taken.push(rejected);
      await stack.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: ReceiptHandle! }));
    }
    if (Messages.length === 0 && (taken.length >= atLeast || stack.isLocal)) return taken;
    if (!stack.isLocal && taken.length >= atLeast && atLeast > 0) return taken;
  }
  return taken;
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

/** Nothing is waiting, hidden for a retry, or given up. Known locally only: elsewhere others use the queues too. */
export async function expectQueuesEmpty(stack: StackUnderTest): Promise<void> {
  if (!stack.isLocal) return;
  // A frame arrives before its message is deleted.
  await stack.settle();
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
