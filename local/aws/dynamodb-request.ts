// DynamoDB's requests and replies, as far as the runtime reads them: names and meaning are those of its API.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html

/** `{ "S": "text" }`: one member, named by its type. */
export interface AttributeValue {
  S?: string;
  N?: string;
  /** Base64. */
  B?: string;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  L?: AttributeValue[];
  M?: Item;
  BOOL?: boolean;
  NULL?: boolean;
}
export type Item = Record<string, AttributeValue>;

/** Members that several operations share. */
interface Expressions {
  ConditionExpression?: string;
  FilterExpression?: string;
  KeyConditionExpression?: string;
  ProjectionExpression?: string;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
  AttributesToGet?: string[];
  Expected?: unknown;
}

/** What is done to one item or one range of a table: a whole request, or a part of a transaction. */
export interface TablePart extends Expressions {
  TableName?: string;
  IndexName?: string;
  Key?: Item;
  Item?: Item;
  Select?: string;
  ConsistentRead?: boolean;
  ExclusiveStartKey?: Item;
  Limit?: number;
  ScanIndexForward?: boolean;
  ReturnValues?: string;
  ReturnConsumedCapacity?: string;
  ReturnValuesOnConditionCheckFailure?: string;
}

/** One entry of a BatchWriteItem. */
export interface BatchWrite {
  PutRequest?: { Item?: Item };
  DeleteRequest?: { Key?: Item };
}
/** A table's share of a batch: `Keys` of a BatchGetItem, or the list of a BatchWriteItem. */
export type BatchPart = (Expressions & { Keys?: Item[] }) | BatchWrite[];

export interface DynamoDbRequest extends TablePart {
  RequestItems?: Record<string, BatchPart | null>;
  /** By kind: `Put`, `Update`, `Delete`, `Get`, `ConditionCheck`. */
  TransactItems?: (Record<string, TablePart | null> | null)[];
}

export interface ConsumedCapacity {
  CapacityUnits: number;
  Table?: unknown;
  LocalSecondaryIndexes?: Record<string, { CapacityUnits: number }>;
  GlobalSecondaryIndexes?: unknown;
}
export interface DynamoDbReply {
  __type?: string;
  message?: string;
  Message?: string;
  Item?: Item;
  Items?: Item[];
  /** A list, of a batch or a transaction. */
  ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
  [other: string]: unknown;
}

export interface KeySchemaElement {
  AttributeName: string;
  KeyType: string;
}
/** A secondary index, in a template's properties. */
export interface IndexProperties {
  IndexName: string;
  KeySchema: KeySchemaElement[];
  Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
}

export const consumed = ({ ConsumedCapacity }: DynamoDbReply): ConsumedCapacity[] => [ConsumedCapacity ?? []].flat();
