// What SQS refuses of a message that is sent. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
import {
  checkAttributes,
  checkBody,
  checkGroupId,
  checkSystemAttributes,
  invalidValue,
  type MessageAttributes,
  messageBytes,
} from './message.ts';
import type { QueueSettings } from './queue-settings.ts';

export interface SendInput {
  body: string;
  delaySeconds?: number;
  attributes?: MessageAttributes;
  systemAttributes?: MessageAttributes;
  /** For fair queues; gives no order. */
  groupId?: string;
  senderId: string;
  /** As in StoredMessage. */
  hops?: number;
}

/** AWS's limit. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_DELAY_SECONDS = 900;

/** Gives the delay that applies. */
export function checkSend(input: SendInput, settings: QueueSettings): number {
  const { body, delaySeconds = settings.delaySeconds, attributes = {} } = input;
  checkBody(body);
  checkAttributes(attributes);
  checkSystemAttributes(input.systemAttributes ?? {});
  checkGroupId(input.groupId);
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > MAX_DELAY_SECONDS) {
    throw invalidValue(
      `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= ${MAX_DELAY_SECONDS}.`,
    );
  }
  if (messageBytes(body, attributes) > settings.maximumMessageBytes) {
    throw invalidValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${settings.maximumMessageBytes} bytes.`,
    );
  }
  return delaySeconds;
}
