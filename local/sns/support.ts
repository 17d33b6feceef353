// What is emulated of SNS, and how it differs.
import { allEmulated, atRest, ignored, only, type PartSupport, tags } from '../support/rule.ts';

export const snsSupport: PartSupport = {
  title: 'SNS and push',
  types: {
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
  },
  differences: [
    'Refused by name: FIFO topics, filter policies, HTTP, mail, SMS and Firehose subscriptions, `PublishBatch`, `CreateTopic`, binary attributes, phone numbers, platforms other than `GCM`, `APNS` and `APNS_SANDBOX`, unknown `AWS.SNS.MOBILE.…` attributes.',
    'Notifications are not signed. Retries end after 15 tries (AWS: 23 days).',
    "Of the rules on FCM's and APNs's payloads a part is checked; a violation becomes an `EventDeliveryFailure` with `InvalidNotification`. Old GCM payloads are taken untranslated. The fields of `EventEndpointUpdated` are inferred.",
    'A phone keeps its latest 1,000 messages.',
  ],
};
