// The fan-out queue's consumer: one segment of a topic's subscribers a message.
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { fanOut } from '../domain/delivery/fan-out.ts';
import { parseFanoutTask } from '../domain/delivery/fan-out-task.ts';
import { handleFailure } from '../domain/failed-message.ts';
import { type FanoutDeps, fanoutDeps } from '../fanout-deps.ts';
import { receivedMessage } from '../received-message.ts';
import { withDeps } from '../start.ts';

export async function fanout(deps: FanoutDeps, event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  const deadlineMs = deps.clock.now() + context.getRemainingTimeInMillis();
  for (const message of event.Records.map(receivedMessage)) {
    const { id, receivedAs, receiveCount, body, handle } = message;
    // A new run has a number of its own: what an earlier one still does, it may not save any more.
    const run = `${receiveCount}-${context.awsRequestId}`;
    try {
      await fanOut(deps, parseFanoutTask(body), { message: id, run, handle, deadlineMs });
    } catch (error) {
      if ((await handleFailure(deps, message, error)) === 'stays') failed.push(receivedAs);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

export const handler = withDeps(fanoutDeps, fanout);
