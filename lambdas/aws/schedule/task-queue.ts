// The dispatch queue, as a place to send tasks to.
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { TaskQueue } from '../../domain/schedule/ports.ts';
import { sendMessages } from '../send-messages.ts';

/** AWS limit: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html */
const DELAY_MAX_MS = 900_000;

export function taskQueue(client: SQSClient, queueUrl: string): TaskQueue {
  return {
    maxDelayMs: DELAY_MAX_MS,
    // Fair queues: the tasks of a request that names many users don't keep anybody else's waiting.
    send: (tasks, delaySeconds) =>
      sendMessages(client, queueUrl, tasks, {
        delaySeconds,
        groupOf: (task) => (task.task === 'deliver' ? `${task.source} ${task.request_id}` : undefined),
      }),
  };
}
