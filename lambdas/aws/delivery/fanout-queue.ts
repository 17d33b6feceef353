// The queue of the fan-out.
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { FanoutQueue } from '../../domain/delivery/ports.ts';
import { sendMessages } from '../send-messages.ts';

export function fanoutQueue(client: SQSClient, queueUrl: string): FanoutQueue {
  return { send: (tasks) => sendMessages(client, queueUrl, tasks) };
}
