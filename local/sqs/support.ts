// What is emulated of SQS, and how it differs.
import { allEmulated, atRest, only, type PartSupport, tags } from '../support/rule.ts';

export const sqsSupport: PartSupport = {
  title: 'SQS',
  types: {
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
  },
  differences: [
    'Queues come from the template; they cannot be created or deleted.',
    "Lambda's pollers are woken by the queue, so receives that find nothing are neither made nor metered.",
  ],
};
