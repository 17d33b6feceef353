// The one table.
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

export class Storage extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, props: { removalPolicy: RemovalPolicy; deletionProtection: boolean }) {
    super(scope, id);
    const isKept = props.removalPolicy !== RemovalPolicy.DESTROY;
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      localSecondaryIndexes: [
        {
          // Sparse: only unread rows are in it, so a count reads no more than it counts.
          indexName: 'unread',
          sortKey: { name: 'unread_key', type: AttributeType.STRING },
          // Keys, and what says that a row has expired: DynamoDB removes it within days, a count must not wait.
          projectionType: ProjectionType.INCLUDE,
          nonKeyAttributes: ['ttl', 'expires_at'],
        },
      ],
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: isKept },
      deletionProtection: props.deletionProtection,
      removalPolicy: props.removalPolicy,
    });
  }
}
