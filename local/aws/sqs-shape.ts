// The types of SQS's request members, whatever the operation. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
import type { Shape } from './input-shape.ts';

const attributes: Shape = { '*': { DataType: 'string', StringValue: 'string', BinaryValue: 'string' } };
const entry: Shape = {
  Id: 'string',
  ReceiptHandle: 'string',
  VisibilityTimeout: 'number',
  MessageBody: 'string',
  DelaySeconds: 'number',
  MessageGroupId: 'string',
  MessageDeduplicationId: 'string',
  MessageAttributes: attributes,
  MessageSystemAttributes: attributes,
};

export const sqsInput: Shape = {
  ...entry,
  QueueUrl: 'string',
  QueueName: 'string',
  QueueNamePrefix: 'string',
  AttributeNames: ['string'],
  MessageAttributeNames: ['string'],
  MessageSystemAttributeNames: ['string'],
  MaxNumberOfMessages: 'number',
  WaitTimeSeconds: 'number',
  MaxResults: 'number',
  SourceArn: 'string',
  DestinationArn: 'string',
  MaxNumberOfMessagesPerSecond: 'number',
  Entries: [entry],
};
