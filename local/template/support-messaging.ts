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
  SqsParameters: fields(allEmulated('MessageGroupId')),
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
    ...allEmulated('Name', 'Policy'),
    DeadLetterConfig: ignored('AWS uses it only where the bus is encrypted with a customer key'),
    Description: description,
    KmsKeyIdentifier: atRest,
    LogConfig: ignored('the runtime shows events itself'),
    Tags: tags,
  },
  'AWS::Events::EventBusPolicy': allEmulated(
    ...['Action', 'Condition', 'EventBusName', 'Principal', 'Statement', 'StatementId'],
  ),
  'AWS::Events::Rule': {
    ...allEmulated('EventBusName', 'EventPattern', 'Name'),
    Description: description,
    ScheduleExpression: refused('use an EventBridge Scheduler schedule'),
    State: only(['ENABLED', 'DISABLED'], 'CloudTrail management events do not exist locally'),
    Tags: tags,
    // AWS's limit: five targets a rule.
    Targets: list(ruleTarget, 5),
  },
  'AWS::Scheduler::Schedule': {
    ...allEmulated('GroupName', 'Name', 'ScheduleExpression', 'ScheduleExpressionTimezone', 'State'),
    Description: description,
    FlexibleTimeWindow: fields({ Mode: only(['OFF'], 'schedules fire at their own minute') }),
    KmsKeyArn: atRest,
    Target: fields(allEmulated('Arn', 'DeadLetterConfig', 'Input', 'RetryPolicy', 'RoleArn', 'SqsParameters')),
  },
  'AWS::Scheduler::ScheduleGroup': { Name: emulated, Tags: tags },
  'AWS::SNS::Topic': {
    ...allEmulated('DisplayName', 'Subscription', 'TopicName'),
    DeliveryStatusLogging: ignored('the runtime shows deliveries itself'),
    FifoTopic: only([false], 'use a standard topic'),
    KmsMasterKeyId: atRest,
    SignatureVersion: ignored('notifications are not signed'),
    Tags: tags,
    TracingConfig: ignored('there are no traces'),
  },
  'AWS::SNS::TopicInlinePolicy': allEmulated('PolicyDocument', 'TopicArn'),
  'AWS::SNS::TopicPolicy': allEmulated('PolicyDocument', 'Topics'),
  'AWS::SNS::Subscription': {
    ...allEmulated('Endpoint', 'RawMessageDelivery', 'RedrivePolicy', 'TopicArn'),
    Protocol: only(['sqs', 'lambda', 'application'], 'subscribe a queue, a function or a platform endpoint'),
    Region: ignored('there is one region'),
  },
};
