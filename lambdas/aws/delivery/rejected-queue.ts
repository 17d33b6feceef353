// The queue of invalid events: each unmodified, with the field and the reason.
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { RejectedQueue } from '../../domain/delivery/ports.ts';

export function rejectedQueue(client: SQSClient, queueUrl: string): RejectedQueue {
  return {
    async send(body, { field, reason }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify({ field, reason, event: parsedOrText(body) }),
          MessageAttributes: {
            field: { DataType: 'String', StringValue: field.slice(0, 256) || 'body' },
            reason: { DataType: 'String', StringValue: reason.slice(0, 1024) },
          },
        }),
      );
    },
  };
}

/** The event as it came: as JSON where it is JSON, so that a person can read it, else as text. */
function parsedOrText(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
