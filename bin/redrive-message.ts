// A message of a dead-letter queue: where it goes back to (its own queue or, when the bus could not deliver it, the
// bus), and with which attributes.
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { DETAIL_TYPES } from '../protocol/detail-type.ts';

export type Destination =
  | { to: 'queue' }
  /** An event of another system: its rule maps it anew. */
  | { to: 'bus'; name: string; event: { source: string; detailType: string; detail: string } };

/** EventBridge leaves the event as it came, before any mapping; what others leave is what the queue should have had. */
export function destinationOf(message: Message): Destination {
  const rule = message.MessageAttributes?.RULE_ARN?.StringValue;
  if (rule === undefined) return { to: 'queue' };
  const event = JSON.parse(message.Body ?? '') as { source?: string; 'detail-type'?: string; detail?: unknown };
  const { source = '', 'detail-type': detailType = '', detail = {} } = event;
  if ((DETAIL_TYPES as readonly string[]).includes(detailType)) return { to: 'queue' };
  return { to: 'bus', name: busOf(rule), event: { source, detailType, detail: JSON.stringify(detail) } };
}

/**
 * The same for what the function dead-lettered with its reason and for the message itself, which SQS moves as well when
 * the function could not delete it.
 */
export const identityOf = ({ MessageId, MessageAttributes }: Message): string | undefined =>
  MessageAttributes?.message_id?.StringValue ?? MessageId;

/**
 * It goes on where it stopped: with the id it had, and as a message that was tried before, which SQS does not note.
 * `wasTried`: a function has received it.
 */
export function attributesOf(message: Message, wasTried: boolean): Record<string, MessageAttributeValue> {
  const known = { message_id: text(identityOf(message)), ...(wasTried && { is_redelivery: text('true') }) };
  return { ...message.MessageAttributes, ...known };
}

const text = (value: string | undefined): MessageAttributeValue => ({ DataType: 'String', StringValue: value });

/** `arn:…:rule/{bus}/{rule}`, or `arn:…:rule/{rule}` on the default bus. */
function busOf(ruleArn: string): string {
  const [, first = '', second] = ruleArn.split('/');
  return second === undefined ? 'default' : first;
}
