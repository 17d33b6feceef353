// The dispatch queue's consumer: each message by itself, one user's in order, a failed one alone tried again.
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type DispatchHandlerDeps, dispatchDeps } from '../dispatch-deps.ts';
import { newBatch } from '../domain/batch.ts';
import { dispatchMessage } from '../domain/dispatch-message.ts';
import { retryDelaySeconds } from '../domain/retry-delay.ts';
import { withDeps } from '../start.ts';

export async function dispatch(deps: DispatchHandlerDeps, event: SQSEvent): Promise<SQSBatchResponse> {
  const batch = newBatch(deps, deps.retentionDays);
  const failed: string[] = [];
  const serve = async (record: SQSRecord) => {
    try {
      await dispatchMessage(deps, batch, {
        id: record.messageId,
        body: record.body,
        sentAtMs: Number(record.attributes.SentTimestamp),
        isRedelivery: receiveCount(record) > 1 || wasDeadLetter(record),
      });
    } catch (error) {
      if (!(await giveUp(deps, record, error))) failed.push(record.messageId);
    }
  };
  const lanes = inLanes(event.Records).map(async (lane) => {
    for (const record of lane) await serve(record);
  });
  await Promise.all(lanes);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

const receiveCount = (record: SQSRecord): number => Number(record.attributes.ApproximateReceiveCount);
/** Sent back from the dead-letter queue, a message starts to count anew; what marked it there it still bears. */
const wasDeadLetter = (record: SQSRecord): boolean =>
  record.messageAttributes.reason !== undefined || record.attributes.DeadLetterQueueSourceArn !== undefined;

/** True when it was the last try and the message is in the dead-letter queue, with its reason. */
async function giveUp(deps: DispatchHandlerDeps, record: SQSRecord, error: unknown): Promise<boolean> {
  const { messageId } = record;
  const count = receiveCount(record);
  const isLast = count >= deps.maxReceives;
  deps.log.error(isLast ? 'message failed for good' : 'message failed, it will be tried again', error, {
    message_id: messageId,
    receive_count: count,
  });
  try {
    if (isLast) {
      await deps.failedMessages.toDeadLetters(record.body, { reason: reasonOf(error), messageId, receiveCount: count });
      deps.metrics.count('dead_lettered');
      return true;
    }
    deps.metrics.count('retried');
    await deps.failedMessages.retryIn(record.receiptHandle, retryDelaySeconds(count, deps.random));
  } catch (failure) {
    // The queue's own visibility timeout and redrive do it then, later and without a reason.
    deps.log.error('a failed message could not be put off or aside', failure, { message_id: messageId });
  }
  return false;
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** Messages that name the same user follow one another, so that each frame's unread count knows of the one before. */
function inLanes(records: SQSRecord[]): SQSRecord[][] {
  const lanes = new Map<string, SQSRecord[]>();
  for (const record of records) {
    const lane = /"user_id":\s*"([^"]+)"/.exec(record.body)?.[1] ?? record.messageId;
    lanes.set(lane, [...(lanes.get(lane) ?? []), record]);
  }
  return [...lanes.values()];
}

export const handler = withDeps(dispatchDeps, dispatch);
