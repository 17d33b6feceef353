// What the runtime emulates of queues, buses, schedules and topics.
import {
  allEmulated,
  atRest,
  description,
  emulated,
  fields,
  ignored,
  list,
  only,
  refused,
  type TypeSupport,
  tags,
} from './support-rule.ts';

const ruleTarget = fields({
  ...allEmulated('Arn', 'Id', 'Input', 'InputPath', 'RoleArn'),
  InputTransformer: fields(allEmulated('InputPathsMap', 'InputTemplate')),
  DeadLetterConfig: fields(allEmulated('Arn')),
  RetryPolicy: fields(allEmulated('MaximumEventAgeInSeconds', 'MaximumRetryAttempts')),
  SqsParameters: fields({
    MessageGroupId: ignored('fair queues are not emulated; a standard queue takes all groups alike'),
  }),
});

export const messagingSupport: Record<string, TypeSupport> = {
  'AWS::SQS::Queue': {
    ...allEmulated(
      'DelaySeconds',
      'MaximumMessageSize',
      'MessageRetentionPeriod',
      'QueueName',
      'ReceiveMessageWaitTimeSeconds',
      'RedriveAllowPolicy',
      'RedrivePolicy',
      'VisibilityTimeout',
    ),
    FifoQueue: only([false], 'use a standard queue'),
    KmsDataKeyReusePeriodSeconds: atRest,
    KmsMasterKeyId: atRest,
    SqsManagedSseEnabled: atRest,
    Tags: tags,
  },
  'AWS::SQS::QueuePolicy': allEmulated('PolicyDocument', 'Queues'),
  'AWS::Events::EventBus': {
    Name: emulated,
    DeadLetterConfig: ignored('AWS uses it only where the bus is encrypted with a customer key'),
    Description: description,
    KmsKeyIdentifier: atRest,
    LogConfig: ignored('the runtime shows events itself'),
    Tags: tags,
  },
  'AWS::Events::EventBusPolicy': allEmulated('EventBusName', 'Statement', 'StatementId'),
  'AWS::Events::Rule': {
    ...allEmulated('EventBusName', 'EventPattern', 'Name'),
    Description: description,
    ScheduleExpression: refused('use an EventBridge Scheduler schedule'),
    State: only(['ENABLED', 'DISABLED'], 'CloudTrail management events do not exist locally'),
    Tags: tags,
    // AWS's limit: five targets a rule.
    Targets: list(ruleTarget, 5),
  },
  'AWS::Scheduler::ScheduleGroup': { Name: emulated, Tags: tags },
  'AWS::SNS::Topic': {
    TopicName: emulated,
    DeliveryStatusLogging: ignored('the runtime shows deliveries itself'),
    DisplayName: ignored('it is for mail and text messages'),
    FifoTopic: only([false], 'use a standard topic'),
    KmsMasterKeyId: atRest,
    SignatureVersion: ignored('notifications are not signed'),
    Subscription: refused('write each subscription as an AWS::SNS::Subscription'),
    Tags: tags,
    TracingConfig: ignored('there are no traces'),
  },
  'AWS::SNS::TopicPolicy': allEmulated('PolicyDocument', 'Topics'),
  'AWS::SNS::Subscription': {
    ...allEmulated('Endpoint', 'RawMessageDelivery', 'TopicArn'),
    Protocol: only(['sqs', 'lambda', 'application'], 'subscribe a queue, a function or a platform endpoint'),
    Region: ignored('there is one region'),
  },
};
