// The dispatch queue, as a place to send tasks to.
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { TaskQueue } from '../../domain/schedule/ports.ts';
import type { Task } from '../../domain/schedule/task.ts';
import type { TaskPack } from '../../domain/schedule/task-pack.ts';
import { sendMessages } from '../send-messages.ts';

/** AWS limit: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html */
const DELAY_MAX_MS = 900_000;

function groupOf(task: Task | TaskPack): string | undefined {
  const one: Partial<Task> = task.task === 'pack' ? task.of : task;
  return one.task === 'deliver' ? `${one.source} ${one.request_id}` : undefined;
}

export function taskQueue(client: SQSClient, queueUrl: string): TaskQueue {
  return {
    maxDelayMs: DELAY_MAX_MS,
    // Fair queues: the tasks of a request that names many users don't keep anybody else's waiting.
    send: (tasks, delaySeconds) =>
      sendMessages(client, queueUrl, tasks, {
        delaySeconds,
        groupOf,
      }),
  };
}
