// Small stacks written by hand, for tests of one part of the runtime without a synthesized app.
import type { Resource, Stack } from '../../local/stack.ts';

export function stackOf(...resources: Resource[]): Stack {
  const values = (resource: Resource) => [resource.ref, ...Object.values(resource.attributes)];
  return {
    stackName: 'test',
    region: 'us-east-1',
    accountId: '000000000000',
    resources,
    outputs: {},
    ofType: (type) => resources.filter((resource) => resource.type === type),
    find: (type, value) => resources.find((resource) => resource.type === type && values(resource).includes(value)),
  };
}

/** A table with a sparse local index of keys and a global one of everything. */
export function inboxTable(): Resource {
  return {
    logicalId: 'InboxTable',
    type: 'AWS::DynamoDB::GlobalTable',
    ref: 'inbox',
    attributes: { Arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/inbox' },
    properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'unread_key', 'topic'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: 'unread',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'unread_key', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-topic',
          KeySchema: [{ AttributeName: 'topic', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      Replicas: [{ Region: 'us-east-1', PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    },
  };
}
