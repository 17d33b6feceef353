// Where a message of a dead-letter queue goes back to: its own queue, or, when the bus could not deliver it, the bus.
import type { Message } from '@aws-sdk/client-sqs';
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

/** `arn:…:rule/{bus}/{rule}`, or `arn:…:rule/{rule}` on the default bus. */
function busOf(ruleArn: string): string {
  const [, first = '', second] = ruleArn.split('/');
  return second === undefined ? 'default' : first;
}
