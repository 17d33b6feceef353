// The fan-out queue's consumer: one segment of a topic's subscribers a message.
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { fanOut } from '../domain/delivery/fan-out.ts';
import { parseFanoutTask } from '../domain/delivery/fan-out-task.ts';
import { type FanoutDeps, fanoutDeps } from '../fanout-deps.ts';
import { withDeps } from '../start.ts';

export async function fanout(deps: FanoutDeps, event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  const deadlineMs = deps.clock.now() + context.getRemainingTimeInMillis();
  for (const { messageId, receiptHandle, body, attributes } of event.Records) {
    // A new run has a number of its own: what an earlier one still does, it may not save any more.
    const run = `${attributes.ApproximateReceiveCount}-${context.awsRequestId}`;
    try {
      await fanOut(deps, parseFanoutTask(body), { message: messageId, run, handle: receiptHandle, deadlineMs });
    } catch (error) {
      deps.log.error('a fan-out message is not done, the queue repeats it', error, { message_id: messageId });
      deps.metrics.count('retried');
      failed.push(messageId);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

export const handler = withDeps(fanoutDeps, fanout);
