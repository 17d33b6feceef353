// What is emulated of DynamoDB, and how it differs.
import {
  allEmulated,
  atRest,
  emulated,
  fields,
  ignored,
  list,
  only,
  type PartSupport,
  refused,
  tags,
} from '../support/rule.ts';

const backups = ignored('there are no backups; the table lives as long as the runtime');
const noLimit = ignored('throughput is metered but not limited');
const insights = ignored('the meter counts by table and operation');
const noStreams = refused('the design needs no streams; publish what changed from the code that changes it');
const key = ['AttributeDefinitions', 'KeySchema', 'TableName'];
const index = { ...allEmulated('IndexName', 'KeySchema', 'Projection'), ContributorInsightsSpecification: insights };
const globalIndex = {
  ...index,
  OnDemandThroughput: noLimit,
  ProvisionedThroughput: noLimit,
  ReadOnDemandThroughputSettings: noLimit,
  ReadProvisionedThroughputSettings: noLimit,
  WarmThroughput: noLimit,
  WriteOnDemandThroughputSettings: noLimit,
  WriteProvisionedThroughputSettings: noLimit,
};
const table = {
  ...allEmulated(...key),
  BillingMode: only(['PAY_PER_REQUEST'], 'the meter counts on-demand request units'),
  GlobalSecondaryIndexes: list(fields(globalIndex)),
  LocalSecondaryIndexes: list(fields(index)),
  SSESpecification: atRest,
  StreamSpecification: noStreams,
  TimeToLiveSpecification: ignored('expired items stay, as they may for days on AWS; leave them out when reading'),
  WarmThroughput: noLimit,
};
const oneTable = {
  ContributorInsightsSpecification: insights,
  DeletionProtectionEnabled: ignored('nothing deletes the table'),
  PointInTimeRecoverySpecification: backups,
  TableClass: ignored('it changes the price of storage only'),
  Tags: tags,
};

export const dynamodbSupport: PartSupport = {
  title: 'DynamoDB',
  types: {
    'AWS::DynamoDB::Table': { ...table, ...oneTable, OnDemandThroughput: noLimit, ProvisionedThroughput: noLimit },
    'AWS::DynamoDB::GlobalTable': {
      ...table,
      Replicas: list(
        fields({ ...oneTable, Region: emulated, ReadOnDemandThroughputSettings: noLimit, SSESpecification: atRest }),
        1,
      ),
      WriteOnDemandThroughputSettings: noLimit,
    },
  },
  differences: [
    'Items past their time to live are never deleted; the functions pass them over, as they must on AWS for up to days.',
    'No streams, replicas, PartiQL or table operations. No throughput limit is ever reached.',
    "A failed conditional update is billed by the existing item only; a failed transaction by its Put items. dynoxide's undercounts are put right by a second read. dynalite counts no index writes and has no transactions.",
  ],
};
