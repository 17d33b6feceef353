// What the runtime emulates of functions, tables and roles.
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

export const computeSupport: Record<string, TypeSupport> = {
  'AWS::Lambda::Function': {
    ...allEmulated(
      'FunctionName',
      'Handler',
      'MemorySize',
      'RecursiveLoop',
      'ReservedConcurrentExecutions',
      'Role',
      'Timeout',
    ),
    Architectures: ignored('functions run on this machine'),
    Code: fields({
      ...allEmulated('S3Bucket', 'S3Key'),
      ZipFile: refused('put the code into a file and let the CDK bundle it'),
      ImageUri: refused('use a Node.js bundle'),
    }),
    DeadLetterConfig: ignored('asynchronous invocations are not queued; who invokes sees the failure'),
    Description: description,
    Environment: fields(allEmulated('Variables')),
    EphemeralStorage: ignored('the file system is not limited'),
    KmsKeyArn: atRest,
    Layers: refused('bundle what the function needs'),
    LoggingConfig: fields({
      LogGroup: emulated,
      ApplicationLogLevel: ignored('all lines are shown'),
      LogFormat: ignored('lines are shown as the function writes them'),
      SystemLogLevel: ignored('the runtime writes its own lines'),
    }),
    PackageType: only(['Zip'], 'use a Node.js bundle'),
    Runtime: only(['nodejs20.x', 'nodejs22.x', 'nodejs24.x'], 'functions run in the Node.js of this machine'),
    RuntimeManagementConfig: ignored('functions run in the Node.js of this machine'),
    Tags: tags,
    TracingConfig: fields(allEmulated('Mode')),
  },
  'AWS::Lambda::EventSourceMapping': {
    ...allEmulated(
      'BatchSize',
      'Enabled',
      'EventSourceArn',
      'FilterCriteria',
      'FunctionName',
      'FunctionResponseTypes',
      'MaximumBatchingWindowInSeconds',
    ),
    ScalingConfig: fields(allEmulated('MaximumConcurrency')),
    Tags: tags,
  },
  'AWS::Lambda::Permission': allEmulated('Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'),
  'AWS::DynamoDB::Table': { ...table, ...oneTable, OnDemandThroughput: noLimit, ProvisionedThroughput: noLimit },
  'AWS::DynamoDB::GlobalTable': {
    ...table,
    Replicas: list(
      fields({ ...oneTable, Region: emulated, ReadOnDemandThroughputSettings: noLimit, SSESpecification: atRest }),
      1,
    ),
    WriteOnDemandThroughputSettings: noLimit,
  },
  'AWS::IAM::Role': {
    ...allEmulated('AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Path', 'RoleName'),
    Description: description,
    MaxSessionDuration: ignored('sessions last as long as the runtime'),
    PermissionsBoundary: refused('write the limit into the policies'),
    Policies: list(fields(allEmulated('PolicyDocument', 'PolicyName'))),
    Tags: tags,
  },
  'AWS::IAM::Policy': allEmulated('PolicyDocument', 'PolicyName', 'Roles'),
  'AWS::IAM::ManagedPolicy': {
    ...allEmulated('ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'),
    Description: description,
  },
  'AWS::IAM::RolePolicy': allEmulated('PolicyDocument', 'PolicyName', 'RoleName'),
};
