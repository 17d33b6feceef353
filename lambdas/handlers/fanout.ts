// The fan-out queue's consumer: one partition of a topic's subscribers a message.
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { fanOut } from '../domain/delivery/fan-out.ts';
import type { FanoutTask } from '../domain/delivery/ports.ts';
import { type FanoutDeps, fanoutDeps } from '../fanout-deps.ts';
import { withDeps } from '../start.ts';

export async function fanout(deps: FanoutDeps, event: SQSEvent): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  for (const record of event.Records) {
    try {
      await fanOut(deps, JSON.parse(record.body) as FanoutTask);
    } catch (error) {
      deps.log.error('fan-out broke off, the queue will hand it out again', error, { message_id: record.messageId });
      deps.metrics.count('retried');
      failed.push(record.messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

export const handler = withDeps(fanoutDeps, fanout);
