// Where each kind of dead letter goes back to, and as what.
import { expect, it } from 'vitest';
import { attributesOf, destinationOf, identityOf } from '../../bin/redrive-message.ts';
import { receivedMessage } from '../../lambdas/received-message.ts';

const fromRule = (rule: string, detailType: string) => ({
  Body: JSON.stringify({ id: 'e', source: 'shop', 'detail-type': detailType, detail: { user: 'alice' } }),
  MessageAttributes: { RULE_ARN: { DataType: 'String', StringValue: `arn:aws:events:eu-west-1:1:rule/${rule}` } },
});

it.each([
  ['a task that failed every try', { Body: '{"task":"deliver"}', MessageAttributes: {} }],
  ['a message that SQS gave up by itself', { Body: '{"id":"e"}' }],
  ['what the scheduler could not send', { Body: '{"task":"wake"}', MessageAttributes: { ERROR_CODE: {} } as never }],
  ['an event of ours', fromRule('carillon/requests', 'notification.requested')],
])('%s goes back to its queue', (_, message) => {
  expect(destinationOf(message)).toEqual({ to: 'queue' });
});

it.each([
  ['carillon/mapping', 'carillon'],
  ['mapping', 'default'],
])('an event of another system goes back to the bus of rule/%s', (rule, name) => {
  expect(destinationOf(fromRule(rule, 'order.placed'))).toEqual({
    to: 'bus',
    name,
    event: { source: 'shop', detailType: 'order.placed', detail: '{"user":"alice"}' },
  });
});

/** The same message as the function put it aside, and as SQS moved it. */
const withReason = {
  MessageId: 'letter-1',
  Body: '{}',
  MessageAttributes: {
    reason: { DataType: 'String', StringValue: 'TimeoutError' },
    message_id: { DataType: 'String', StringValue: 'message-1' },
  },
};
const movedBySqs = { MessageId: 'message-1', Body: '{}' };

it('a message that is there with its reason and without is one message', () => {
  expect(identityOf(withReason)).toBe('message-1');
  expect(identityOf(movedBySqs)).toBe('message-1');
});

it.each([
  ['with its reason', withReason, true],
  ['without a reason', movedBySqs, true],
  ['that no function received', movedBySqs, false],
])('a message %s goes on where it stopped', (_, message, wasTried) => {
  const attributes = Object.entries(attributesOf(message, wasTried));
  const record = {
    messageId: 'sent-anew',
    body: message.Body,
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0' },
    messageAttributes: Object.fromEntries(attributes.map(([name, one]) => [name, { stringValue: one.StringValue }])),
  };
  expect(receivedMessage(record as never)).toMatchObject({ id: 'message-1', isRedelivery: wasTried });
});
