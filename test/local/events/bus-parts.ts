// An event bus with a rule to a queue, its policies as CDK writes them, for tests of delivery.
import { createEventBus } from '../../../local/events/event-bus.ts';
import type { Statement } from '../../../local/iam/principal.ts';
import type { Resource } from '../../../local/stack.ts';
import { ACCOUNT, runtimeParts } from '../runtime-parts.ts';
import { queueArn, queueResource, queueUrl } from '../sqs/queue-parts.ts';

export const BUS_ARN = `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/shop`;
export const ruleArn = (name: string, bus = 'shop') => `arn:aws:events:us-east-1:${ACCOUNT}:rule/${bus}/${name}`;

export const bus = (name = 'shop'): Resource => ({
  logicalId: `${name}Bus`,
  type: 'AWS::Events::EventBus',
  ref: name,
  attributes: { Arn: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/${name}`, Name: name },
  properties: { Name: name },
});

export const rule = (name: string, targets: object[], properties: Record<string, unknown> = {}): Resource => {
  const busName = (properties.EventBusName as string | undefined) ?? 'shop';
  return {
    logicalId: name,
    type: 'AWS::Events::Rule',
    ref: `${busName}|${name}`,
    attributes: { Arn: ruleArn(name, busName) },
    properties: {
      EventBusName: busName,
      EventPattern: { source: ['shop'] },
      State: 'ENABLED',
      Targets: targets.map((target, index) => ({ Id: `Target${index}`, ...target })),
      ...properties,
    },
  };
};

/** What lets rules send to a queue. */
export const mayReceive = (queue: string, ...rules: string[]): Resource => {
  const statement: Statement = {
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    Principal: { Service: 'events.amazonaws.com' },
    Resource: queueArn(queue),
    Condition: { ArnEquals: { 'aws:SourceArn': rules.map((name) => ruleArn(name)) } },
  };
  return {
    logicalId: `${queue}Policy`,
    type: 'AWS::SQS::QueuePolicy',
    ref: `${queue}Policy`,
    attributes: {},
    properties: { Queues: [queueUrl(queue)], PolicyDocument: { Statement: [statement] } },
  };
};

export function busParts(...resources: Resource[]) {
  const parts = runtimeParts(bus(), ...resources);
  return { ...parts, bus: createEventBus({ ...parts, random: () => 0 }) };
}

/** The bus `shop`, the rule `orders`, the queue `work` with its dead-letter queue `lost`. */
export function orderParts(target: object = {}, ...more: Resource[]) {
  return busParts(
    queueResource('work'),
    queueResource('lost'),
    mayReceive('work', 'orders'),
    mayReceive('lost', 'orders', 'denied'),
    rule('orders', [{ Arn: queueArn('work'), DeadLetterConfig: { Arn: queueArn('lost') }, ...target }]),
    ...more,
  );
}

export const entry = (detail: unknown = { order: 1 }, more: object = {}) => ({
  EventBusName: 'shop',
  Source: 'shop',
  DetailType: 'order.placed',
  Detail: JSON.stringify(detail),
  ...more,
});
