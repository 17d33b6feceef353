// The queue of the fan-out.
import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { FanoutQueue } from '../../domain/delivery/ports.ts';
import { sendMessages } from '../send-messages.ts';

export function fanoutQueue(client: SQSClient, queueUrl: string): FanoutQueue {
  return {
    // Fair queues: a large fan-out doesn't keep a small one waiting.
    send: (tasks, delaySeconds) =>
      sendMessages(client, queueUrl, tasks, { delaySeconds, groupOf: (task) => task.fanout_id }),
    async hold(handle, seconds) {
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: handle, VisibilityTimeout: seconds }),
      );
    },
  };
}
