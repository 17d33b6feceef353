// A message of a queue as Lambda hands it over, and what its attributes say of earlier times.
import type { SQSRecord } from 'aws-lambda';
import type { ReceivedMessage } from './domain/delivery/ports.ts';

/** The attributes are those of lambdas/aws/delivery/failed-messages.ts. */
export function receivedMessage(record: SQSRecord): ReceivedMessage {
  const { messageId, body, receiptHandle: handle, attributes } = record;
  const said = (name: string) => record.messageAttributes[name]?.stringValue;
  const received = Number(attributes.ApproximateReceiveCount);
  // Sent back from the dead-letter queue, a message starts to count anew; what marked it there it still has.
  const wasDeadLetter = said('reason') !== undefined || attributes.DeadLetterQueueSourceArn !== undefined;
  return {
    id: said('message_id') ?? messageId,
    receivedAs: messageId,
    body,
    handle,
    receiveCount: Number(said('receives') ?? 0) + received,
    sentAtMs: Number(said('sent_at_ms') ?? attributes.SentTimestamp),
    isRedelivery: received > 1 || wasDeadLetter || said('is_redelivery') === 'true',
    putBacks: Number(said('put_backs') ?? 0),
  };
}
