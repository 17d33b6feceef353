// The dispatch queue's consumer: each message by itself, one user's in order, a failed one alone tried again.
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type DispatchHandlerDeps, dispatchDeps } from '../dispatch-deps.ts';
import { newBatch } from '../domain/delivery/batch.ts';
import { dispatchMessage } from '../domain/dispatch-message.ts';
import { handleFailure } from '../domain/failed-message.ts';
import { groupInOrder } from '../domain/user-groups.ts';
import { withDeps } from '../start.ts';

export async function dispatch(deps: DispatchHandlerDeps, event: SQSEvent): Promise<SQSBatchResponse> {
  const batch = newBatch(deps, deps.retentionDays);
  const failed: string[] = [];
  const serve = async (record: SQSRecord) => {
    const { messageId: id, body, receiptHandle: handle, attributes } = record;
    const receiveCount = Number(attributes.ApproximateReceiveCount);
    const isRedelivery = receiveCount > 1 || wasDeadLetter(record);
    try {
      await dispatchMessage(deps, batch, { id, body, sentAtMs: Number(attributes.SentTimestamp), isRedelivery });
    } catch (error) {
      const outcome = await handleFailure(deps, { id, body, handle, receiveCount }, error);
      if (outcome === 'stays') failed.push(id);
    }
  };
  const groups = groupInOrder(event.Records, userOrMessage).map(async (records) => {
    for (const record of records) await serve(record);
  });
  await Promise.all(groups);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Messages that name the same user follow one another, so that each frame's unread count knows of the one before. */
const userOrMessage = ({ body, messageId }: SQSRecord): string => /"user_id":\s*"([^"]+)"/.exec(body)?.[1] ?? messageId;

/** Sent back from the dead-letter queue, a message starts to count anew; what marked it there it still bears. */
const wasDeadLetter = (record: SQSRecord): boolean =>
  record.messageAttributes.reason !== undefined || record.attributes.DeadLetterQueueSourceArn !== undefined;

export const handler = withDeps(dispatchDeps, dispatch);
