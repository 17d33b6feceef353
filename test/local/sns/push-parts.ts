// SNS with topics, platform applications and queues around it, as the deployed stack has them.
import type { Statement } from '../../../local/iam/principal.ts';
import { createSns, type SnsSettings } from '../../../local/sns/sns.ts';
import type { Resource } from '../../../local/stack.ts';
import { ACCOUNT, queue, runtimeParts } from '../runtime-parts.ts';

export const topicArn = (name: string) => `arn:aws:sns:us-east-1:${ACCOUNT}:${name}`;
export const queueArn = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
export const functionArn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:prune`;
export const FCM = `arn:aws:sns:us-east-1:${ACCOUNT}:app/GCM/carillon`;
export const APNS = `arn:aws:sns:us-east-1:${ACCOUNT}:app/APNS/carillon`;
export const SANDBOX = `arn:aws:sns:us-east-1:${ACCOUNT}:app/APNS_SANDBOX/carillon`;

const fromTopic = (queueName: string, topic: string): Statement => ({
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: queueArn(queueName),
  Principal: { Service: 'sns.amazonaws.com' },
  Condition: { ArnEquals: { 'aws:SourceArn': topicArn(topic) } },
});
const resource = (logicalId: string, type: string, ref: string, properties: unknown): Resource => ({
  logicalId,
  type,
  ref,
  properties,
  attributes: {},
});
const topic = (name: string, properties: object = {}) =>
  resource(name, 'AWS::SNS::Topic', topicArn(name), { TopicName: name, ...properties });
const subscription = (topicName: string, Protocol: string, Endpoint: string, more: object = {}) =>
  resource(`${topicName}To${Endpoint}`, 'AWS::SNS::Subscription', '', {
    TopicArn: topicArn(topicName),
    Protocol,
    Endpoint,
    ...more,
  });

export function pushParts(settings: SnsSettings = {}, ...more: Resource[]) {
  const parts = runtimeParts(
    topic('everyone', { DisplayName: 'Everyone' }),
    topic('events'),
    topic('mixed', { Subscription: [{ Protocol: 'sqs', Endpoint: queueArn('closed') }] }),
    subscription('events', 'sqs', queueArn('events')),
    subscription('mixed', 'sqs', queueArn('raw'), {
      RawMessageDelivery: true,
      RedrivePolicy: { deadLetterTargetArn: queueArn('dead') },
    }),
    subscription('mixed', 'lambda', functionArn),
    resource('MixedPolicy', 'AWS::SNS::TopicPolicy', '', {
      Topics: [topicArn('mixed')],
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn('mixed'), Principal: { AWS: '*' } },
          { Effect: 'Deny', Action: 'sns:Subscribe', Resource: topicArn('mixed'), Principal: '*' },
        ],
      },
    }),
    resource('Invoke', 'AWS::Lambda::Permission', '', {
      Action: 'lambda:InvokeFunction',
      FunctionName: functionArn,
      Principal: 'sns.amazonaws.com',
      SourceArn: topicArn('mixed'),
    }),
    ...queue('events', fromTopic('events', 'events')),
    ...queue('raw', fromTopic('raw', 'mixed')),
    ...queue('closed'),
    ...queue('dead', fromTopic('dead', 'mixed')),
    ...more,
  );
  const sns = createSns(parts, {
    applications: [
      {
        arn: FCM,
        events: { EventEndpointUpdated: topicArn('events'), EventDeliveryFailure: topicArn('events') },
      },
      { arn: APNS },
      { arn: SANDBOX },
    ],
    ...settings,
  });
  /** The events of platform applications that reached the queue. */
  const events = () => parts.messages('events').map(({ body }) => JSON.parse(JSON.parse(body).Message));
  return { ...parts, sns, events };
}
