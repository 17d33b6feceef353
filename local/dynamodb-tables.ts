// From the template's tables to the engine's: what CreateTable needs, and an error for what no engine here can do.
import type { IndexProperties } from './aws/dynamodb-request.ts';
import type { Resource, Stack } from './stack.ts';

export const TABLE_TYPES = ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'];

export function tablesOf(stack: Stack): Resource[] {
  return TABLE_TYPES.flatMap((type) => stack.ofType(type));
}

const DEFINING = [
  'TableName',
  'KeySchema',
  'AttributeDefinitions',
  'LocalSecondaryIndexes',
  'GlobalSecondaryIndexes',
  'TimeToLiveSpecification',
  'Replicas',
];
/** Durability, encryption, billing and limits of throughput: nothing a caller of the local table could notice. */
const WITHOUT_LOCAL_EFFECT = [
  'BillingMode',
  'ContributorInsightsSpecification',
  'DeletionProtectionEnabled',
  'KeySchemaType',
  'OnDemandThroughput',
  'PointInTimeRecoverySpecification',
  'ProvisionedThroughput',
  'ReadOnDemandThroughputSettings',
  'ReadProvisionedThroughputSettings',
  'SSESpecification',
  'TableClass',
  'Tags',
  'WarmThroughput',
  'WriteOnDemandThroughputSettings',
  'WriteProvisionedThroughputSettings',
];
const REPLICA_WITHOUT_LOCAL_EFFECT = [...WITHOUT_LOCAL_EFFECT, 'Region', 'GlobalSecondaryIndexes'];

/** CreateTable's; the rest is as in the template. */
export interface CreateTableInput {
  TableName: string;
  [property: string]: unknown;
}

/** The input of CreateTable for a table resource. Throws an error naming a property that is not emulated. */
export function createTableInput({ logicalId, type, ref, properties }: Resource): CreateTableInput {
  const refuse = (property: string) => {
    throw new Error(
      `${logicalId} (${type}): ${property} is not emulated by the local runtime; remove it, or give it a place in ` +
        'local/dynamodb-tables.ts',
    );
  };
  for (const property of Object.keys(properties)) {
    if (![...DEFINING, ...WITHOUT_LOCAL_EFFECT].includes(property)) refuse(property);
  }
  const replicas: Record<string, unknown>[] = properties.Replicas ?? [];
  if (replicas.length > 1) refuse('Replicas (more than one)');
  for (const property of Object.keys(replicas[0] ?? {})) {
    if (!REPLICA_WITHOUT_LOCAL_EFFECT.includes(property)) refuse(`Replicas[0].${property}`);
  }
  const index = ({ IndexName, KeySchema, Projection }: IndexProperties) => ({ IndexName, KeySchema, Projection });
  const local = properties.LocalSecondaryIndexes?.map(index);
  const global = properties.GlobalSecondaryIndexes?.map(index);
  return {
    TableName: ref,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: properties.AttributeDefinitions,
    KeySchema: properties.KeySchema,
    ...(local?.length ? { LocalSecondaryIndexes: local } : {}),
    ...(global?.length ? { GlobalSecondaryIndexes: global } : {}),
  };
}
