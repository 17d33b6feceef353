// Where each kind of dead letter goes back to.
import { expect, it } from 'vitest';
import { destinationOf } from '../../bin/redrive-message.ts';

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
