// The event a function gets for messages of a queue. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
import type { ReceivedMessage } from '../sqs/stored-message.ts';

/** Lambda's limit on a synchronous payload, which a batch must fit. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

export function toRecord(message: ReceivedMessage, queueArn: string, region: string) {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: BinaryValue.toString('base64') }),
          stringListValues: [],
          binaryListValues: [],
          dataType: DataType,
        },
      ]),
    ),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

/** Cuts what was received so that each event stays within the payload limit. */
export function inBatches(messages: ReceivedMessage[]): ReceivedMessage[][] {
  const batches: ReceivedMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    // Escaping can only be known by writing it; the rest of a record is small beside the limit.
    const size = Buffer.byteLength(JSON.stringify(message.body)) + 2_000;
    if (batches.length === 0 || bytes + size > MAX_EVENT_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(message);
    bytes += size;
  }
  return batches;
}
