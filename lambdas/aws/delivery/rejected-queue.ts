// The queue of invalid events: each unmodified, with the field and the reason.
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { toQueueText } from '../../../protocol/carried-json.ts';
import type { RejectedQueue } from '../../domain/delivery/ports.ts';
import { asAttribute } from '../message-attribute.ts';

export function rejectedQueue(client: SQSClient, queueUrl: string): RejectedQueue {
  return {
    async send(body, { field, reason }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: `{"field":${toQueueText(field)},"reason":${toQueueText(reason)},"event":${asJson(body)}}`,
          MessageAttributes: {
            field: { DataType: 'String', StringValue: asAttribute(field).slice(0, 256) || 'body' },
            reason: { DataType: 'String', StringValue: asAttribute(reason).slice(0, 1024) },
          },
        }),
      );
    },
  };
}

/** Exactly as it came where it is JSON, so that a person can read it and nothing of it is lost; else as text. */
function asJson(body: string): string {
  try {
    JSON.parse(body);
    return body;
  } catch {
    return toQueueText(body);
  }
}
