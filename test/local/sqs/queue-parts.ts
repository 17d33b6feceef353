// Queue resources for tests of queues and their consumers.
import type { Resource } from '../../../local/stack.ts';
import { ACCOUNT } from '../runtime-parts.ts';

export const queueArn = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
export const queueUrl = (name: string) => `http://127.0.0.1:4566/${ACCOUNT}/${name}`;

export function queueResource(name: string, properties: Record<string, unknown> = {}): Resource {
  return {
    logicalId: `${name}Queue`,
    type: 'AWS::SQS::Queue',
    ref: queueUrl(name),
    properties,
    attributes: { Arn: queueArn(name), QueueName: name },
  };
}

export const redriveTo = (name: string, maxReceiveCount: number) => ({
  RedrivePolicy: { deadLetterTargetArn: queueArn(name), maxReceiveCount },
});
