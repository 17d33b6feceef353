// A message as a queue keeps it, and as a receiver gets it.
import { type MessageAttributes, md5OfBody } from './message.ts';
import { writeReceipt } from './receipt.ts';

export interface StoredMessage {
  messageId: string;
  body: string;
  attributes: MessageAttributes;
  systemAttributes: MessageAttributes;
  groupId: string | undefined;
  senderId: string;
  /** How many sends by functions led to this message; see local/functions/event-source.ts. */
  hops: number;
  sentMs: number;
  firstReceivedMs: number | undefined;
  receiveCount: number;
  deadLetterSourceArn: string | undefined;
}

export interface ReceivedMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  messageAttributes: MessageAttributes;
  /** System attributes as ReceiveMessage names them, e.g. ApproximateReceiveCount. */
  attributes: Record<string, string>;
  hops: number;
}

export function received(queueName: string, message: StoredMessage, nonce: string): ReceivedMessage {
  return {
    messageId: message.messageId,
    receiptHandle: writeReceipt({ queue: queueName, messageId: message.messageId, nonce }),
    body: message.body,
    md5OfBody: md5OfBody(message.body),
    messageAttributes: message.attributes,
    attributes: systemAttributes(message),
    hops: message.hops,
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
function systemAttributes(message: StoredMessage): Record<string, string> {
  const trace = message.systemAttributes.AWSTraceHeader?.StringValue;
  return {
    SenderId: message.senderId,
    SentTimestamp: String(Math.floor(message.sentMs)),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(Math.floor(message.firstReceivedMs ?? 0)),
    ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
    ...(trace !== undefined && { AWSTraceHeader: trace }),
    ...(message.deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSourceArn }),
  };
}
