// SQS messages between the JSON protocol's shape and the queue engine's: attributes, digests, what a receiver asked to
// see.

import type { SendInput } from '../sqs/check-send.ts';
import {
  invalidValue,
  type MessageAttribute,
  type MessageAttributes,
  md5OfAttributes,
  md5OfBody,
} from '../sqs/message.ts';
import type { ReceivedMessage } from '../sqs/stored-message.ts';

export interface Sender {
  id: string;
  /** The call's X-Amzn-Trace-Id. */
  trace: string | undefined;
  hops: number;
}

export function readSend(input: Record<string, any>, sender: Sender): SendInput {
  if (input.MessageDeduplicationId !== undefined) {
    throw invalidValue('The request include parameter that is not valid for this queue type: MessageDeduplicationId');
  }
  const systemAttributes = readAttributes(input.MessageSystemAttributes);
  if (sender.trace) systemAttributes.AWSTraceHeader ??= { DataType: 'String', StringValue: sender.trace };
  return {
    body: input.MessageBody,
    attributes: readAttributes(input.MessageAttributes),
    systemAttributes,
    senderId: sender.id,
    hops: sender.hops,
    ...(input.DelaySeconds !== undefined && { delaySeconds: input.DelaySeconds }),
    ...(input.MessageGroupId !== undefined && { groupId: input.MessageGroupId }),
  };
}

export function sendAnswer(messageId: string, message: SendInput, { MessageSystemAttributes }: Record<string, any>) {
  const ofAttributes = md5OfAttributes(message.attributes);
  // Of those in the request: not of a trace header that came with the call.
  const ofSystemAttributes = md5OfAttributes(readAttributes(MessageSystemAttributes));
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5OfBody(message.body),
    ...(ofAttributes && { MD5OfMessageAttributes: ofAttributes }),
    ...(ofSystemAttributes && { MD5OfMessageSystemAttributes: ofSystemAttributes }),
  };
}

/** The digest covers the attributes given back, not those stored: SDKs check it against what they received. */
export function answerMessage(message: ReceivedMessage, input: Record<string, any>) {
  const system = chooseSystem(message.attributes, [
    ...(input.AttributeNames ?? []),
    ...(input.MessageSystemAttributeNames ?? []),
  ]);
  const own = chooseOwn(message.messageAttributes, input.MessageAttributeNames ?? []);
  const ofAttributes = md5OfAttributes(own);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(system && { Attributes: system }),
    ...(ofAttributes && { MD5OfMessageAttributes: ofAttributes, MessageAttributes: own }),
  };
}

function chooseSystem(attributes: Record<string, string>, names: string[]): Record<string, string> | undefined {
  const chosen = Object.entries(attributes).filter(([name]) => names.includes(name) || names.includes('All'));
  return chosen.length > 0 ? Object.fromEntries(chosen) : undefined;
}

/** Names may be `All`, `*`, `.*`, or a prefix ending in `.*`. */
function chooseOwn(attributes: MessageAttributes, names: string[]): MessageAttributes | undefined {
  const isWanted = (name: string) =>
    names.some(
      (wanted) =>
        wanted === 'All' ||
        wanted === '*' ||
        wanted === name ||
        (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2))),
    );
  const chosen = Object.entries(attributes).filter(([name]) => isWanted(name));
  return chosen.length > 0 ? Object.fromEntries(chosen) : undefined;
}

/** As it comes: binary values in base64. */
type GivenAttribute = Omit<MessageAttribute, 'BinaryValue'> & { BinaryValue?: string };

function readAttributes(attributes: Record<string, GivenAttribute> = {}): MessageAttributes {
  const read = ({ DataType, StringValue, BinaryValue }: GivenAttribute): MessageAttribute => ({
    DataType,
    ...(StringValue !== undefined && { StringValue }),
    ...(BinaryValue !== undefined && { BinaryValue: Buffer.from(BinaryValue, 'base64') }),
  });
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, read(attribute)]));
}
