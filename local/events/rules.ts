// The rules of the template, each pattern and input compiled, each target found; what is not emulated refused by name.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
import { errorMessage } from '../error-message.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Queues } from '../sqs/queues.ts';
import type { Resource, Stack } from '../stack.ts';
import { assertSupported } from '../support/check.ts';
import { compileInput, type TargetText } from './input-transformer.ts';
import { compileRulePattern, type EventTest } from './pattern.ts';
import { eventsSupport } from './support.ts';

export interface Rule {
  name: string;
  arn: string;
  busName: string;
  description: string | undefined;
  pattern: unknown;
  isEnabled: boolean;
  matches: EventTest;
  targets: Target[];
}
export interface Target {
  id: string;
  arn: string;
  kind: 'queue' | 'function' | 'bus';
  text: TargetText;
  maximumRetryAttempts: number;
  maximumEventAgeSeconds: number;
  deadLetterQueue: Queue | undefined;
  /** The role EventBridge assumes, for a bus as target. */
  roleArn: string | undefined;
  /** For an SQS target; a fair queue's tenant. */
  messageGroupId: string | undefined;
}

export function readRules(stack: Stack, queues: Queues): Rule[] {
  return stack.ofType('AWS::Events::Rule').map((resource) => readRule(resource, stack, queues));
}

/** A bus may be named by its name or its ARN. */
export function busNameOf(nameOrArn: string | undefined): string {
  return (nameOrArn || 'default').replace(/^arn:.*:event-bus\//, '');
}

function readRule(resource: Resource, stack: Stack, queues: Queues): Rule {
  assertSupported(resource, eventsSupport.types);
  const { logicalId, properties, attributes } = resource;
  const where = `Rule ${logicalId}`;
  if (properties.EventPattern === undefined)
    throw new Error(`${where} has no EventPattern; only rules with one are emulated.`);
  const targets: any[] = properties.Targets ?? [];
  const arn = attributes.Arn ?? '';
  return {
    name: arn.split('/').at(-1) ?? logicalId,
    arn,
    busName: busNameOf(properties.EventBusName),
    description: properties.Description,
    pattern: properties.EventPattern,
    isEnabled: (properties.State ?? 'ENABLED') === 'ENABLED',
    matches: inContext(where, () => compileRulePattern(properties.EventPattern)),
    targets: targets.map((target) => readTarget(where, target, stack, queues)),
  };
}

function readTarget(rule: string, properties: any, stack: Stack, queues: Queues): Target {
  const where = `${rule}, target ${properties.Id}`;
  const { RetryPolicy = {}, DeadLetterConfig } = properties;
  const deadLetterQueue = DeadLetterConfig?.Arn === undefined ? undefined : queues.byArn(DeadLetterConfig.Arn);
  if (DeadLetterConfig?.Arn !== undefined && !deadLetterQueue) {
    throw new Error(`${where}: its dead-letter queue ${DeadLetterConfig.Arn} is not of this stack.`);
  }
  return {
    id: properties.Id,
    arn: properties.Arn,
    kind: kindOf(where, properties.Arn, stack, queues),
    text: inContext(rule, () => compileInput(properties, properties.Id)),
    maximumRetryAttempts: within(where, 'MaximumRetryAttempts', RetryPolicy.MaximumRetryAttempts ?? 185, 0, 185),
    maximumEventAgeSeconds: within(
      where,
      'MaximumEventAgeInSeconds',
      RetryPolicy.MaximumEventAgeInSeconds ?? 86_400,
      60,
      86_400,
    ),
    deadLetterQueue,
    roleArn: properties.RoleArn,
    messageGroupId: properties.SqsParameters?.MessageGroupId,
  };
}

function kindOf(where: string, arn: string, stack: Stack, queues: Queues): Target['kind'] {
  if (queues.byArn(arn)) return 'queue';
  if (stack.find('AWS::Lambda::Function', arn)) return 'function';
  if (stack.find('AWS::Events::EventBus', arn) || /:event-bus\/default$/.test(arn)) return 'bus';
  throw new Error(`${where}: ${arn} is not emulated as a target; queues, functions and event buses of this stack are.`);
}

function within(where: string, name: string, value: unknown, least: number, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`${where}: ${name} is ${value}; AWS allows ${least} to ${most}.`);
}

function inContext<T>(where: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new Error(`${where}: ${errorMessage(error)}`, { cause: error });
  }
}
