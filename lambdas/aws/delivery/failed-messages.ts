// What `dispatch` does with a message of its own queue that failed: a later retry, or the dead-letter queue with the reason.
import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { FailedMessages } from '../../domain/delivery/ports.ts';

export function failedMessages(client: SQSClient, queueUrl: string, deadLetterQueueUrl: string): FailedMessages {
  return {
    async retryIn(handle, seconds) {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: handle,
          VisibilityTimeout: seconds,
        }),
      );
    },
    async toDeadLetters(body, { reason, messageId, receiveCount }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MessageBody: body,
          MessageAttributes: {
            reason: { DataType: 'String', StringValue: asAttribute(reason) },
            message_id: { DataType: 'String', StringValue: messageId },
            receive_count: { DataType: 'Number', StringValue: String(receiveCount) },
          },
        }),
      );
    },
  };
}

/** SQS takes no empty text and no control characters: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
function asAttribute(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, ' ').slice(0, 1024) || 'unknown';
}
