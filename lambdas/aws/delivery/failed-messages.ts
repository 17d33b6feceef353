// What a function does with a message of its own queue that failed: a later retry, its queue anew, or the dead-letter
// queue.
import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { FailedMessages } from '../../domain/delivery/ports.ts';
import { asAttribute } from '../message-attribute.ts';

/**
 * What SQS answers about a message that is deleted, or visible again. The last is what it says of a receipt of an
 * earlier receive:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
const NOT_IN_FLIGHT = new Set(['MessageNotInflight', 'InvalidParameterValue', 'InvalidParameterValueException']);

export interface FailureQueues {
  queueUrl: string;
  deadLetterQueueUrl: string;
  /** Which queue it came from, for the redrive: `dispatch` or `fanout`. */
  origin: string;
}

export function failedMessages(
  client: SQSClient,
  { queueUrl, deadLetterQueueUrl, origin }: FailureQueues,
): FailedMessages {
  return {
    async retryIn(handle, seconds) {
      const VisibilityTimeout = seconds;
      try {
        await client.send(
          new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: handle, VisibilityTimeout }),
        );
        return 'put_off';
      } catch (error) {
        if (error instanceof Error && NOT_IN_FLIGHT.has(error.name)) return 'not_in_flight';
        throw error;
      }
    },
    async putBack({ id, body, receiveCount, sentAtMs, isRedelivery, putBacks }, delaySeconds) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          DelaySeconds: delaySeconds,
          MessageAttributes: {
            message_id: text(id),
            receives: number(receiveCount),
            put_backs: number(putBacks),
            sent_at_ms: number(sentAtMs),
            is_redelivery: text(String(isRedelivery)),
          },
        }),
      );
    },
    async toDeadLetters(body, { reason, messageId, receiveCount }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MessageBody: body,
          MessageAttributes: {
            reason: text(reason),
            origin: text(origin),
            message_id: text(messageId),
            receive_count: number(receiveCount),
          },
        }),
      );
    },
  };
}

const number = (value: number) => ({ DataType: 'Number', StringValue: String(value) });

/** SQS takes no empty text. */
const text = (value: string) => ({ DataType: 'String', StringValue: asAttribute(value).slice(0, 1024) || 'unknown' });
