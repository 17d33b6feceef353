// What a DynamoDB call is billed: the engine's own count, corrected where the engine and AWS are known to differ.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
import type { Resource } from '../stack.ts';
import { attributesIn } from './dynamodb-permissions.ts';
import {
  consumed,
  type DynamoDbReply,
  type DynamoDbRequest,
  type IndexProperties,
  type Item,
} from './dynamodb-request.ts';
import { itemSizeBytes } from './item-size.ts';

const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;

const writeUnits = (bytes: number) => Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));

/** Asks the engine; used for the second look that a correction needs. */
export type Ask = (operation: string, input: DynamoDbRequest) => Promise<DynamoDbReply>;

/** Units of a call that succeeded, from the reply's ConsumedCapacity. */
export async function unitsOf(
  operation: string,
  input: DynamoDbRequest,
  reply: DynamoDbReply,
  table: Resource | undefined,
  ask: Ask,
): Promise<number> {
  const counted = consumed(reply).reduce((sum, part) => sum + part.CapacityUnits, 0);
  if (operation === 'GetItem' && (input.ProjectionExpression || input.AttributesToGet)) {
    // A projection saves nothing on AWS; dynoxide counts the projected bytes only.
    const { TableName, Key, ConsistentRead } = input;
    const whole = await ask('GetItem', { TableName, Key, ConsistentRead, ReturnConsumedCapacity: 'TOTAL' });
    return consumed(whole)[0]?.CapacityUnits ?? counted;
  }
  if (operation === 'Query' || operation === 'Scan') {
    // dynalite counts nothing for an empty result; AWS bills at least one unit.
    const least = input.ConsistentRead ? 1 : 0.5;
    if (!fetchesFromTable(input, table)) return Math.max(least, counted);
    return Math.max(least, indexUnits(reply, input.IndexName, counted)) + (await fetchUnits(operation, input, ask));
  }
  return counted;
}

/** A local index that lacks a wanted attribute fetches it from the table, one item after the other, each rounded up. */
function fetchesFromTable(input: DynamoDbRequest, table: Resource | undefined): boolean {
  const local: IndexProperties[] = table?.properties.LocalSecondaryIndexes ?? [];
  const index = local.find((each) => each.IndexName === input.IndexName);
  if (!index || index.Projection.ProjectionType === 'ALL') return false;
  if (input.Select === 'ALL_ATTRIBUTES') return true;
  const projected = new Set(index.Projection.NonKeyAttributes);
  const keyedByTable: Pick<IndexProperties, 'KeySchema'> = table!.properties;
  for (const keyed of [keyedByTable, index]) {
    for (const { AttributeName } of keyed.KeySchema) projected.add(AttributeName);
  }
  const wanted = input.AttributesToGet ?? attributesIn(input.ProjectionExpression, input.ExpressionAttributeNames);
  return wanted.some((name) => !projected.has(name));
}

const indexUnits = (reply: DynamoDbReply, index: string | undefined, counted: number): number =>
  consumed(reply)[0]?.LocalSecondaryIndexes?.[index ?? '']?.CapacityUnits ?? counted;

async function fetchUnits(operation: string, input: DynamoDbRequest, ask: Ask): Promise<number> {
  const { TableName, IndexName, KeyConditionExpression, ExclusiveStartKey, Limit, ScanIndexForward } = input;
  // The engine refuses names and values that no expression uses, and the filter's are not repeated here.
  const words = new Set<string>(String(KeyConditionExpression ?? '').match(/[#:]\w+/g));
  const used = <Value>(all: Record<string, Value> = {}) => {
    const kept = Object.entries(all).filter(([name]) => words.has(name));
    return kept.length > 0 ? Object.fromEntries(kept) : undefined;
  };
  const whole = await ask(operation, {
    TableName,
    IndexName,
    KeyConditionExpression,
    ExclusiveStartKey,
    Limit,
    ScanIndexForward,
    ExpressionAttributeNames: used(input.ExpressionAttributeNames),
    ExpressionAttributeValues: used(input.ExpressionAttributeValues),
    Select: 'ALL_ATTRIBUTES',
  });
  const half = input.ConsistentRead ? 1 : 0.5;
  return (whole.Items ?? []).reduce(
    (sum, item) => sum + Math.max(1, Math.ceil(itemSizeBytes(item) / READ_UNIT_BYTES)) * half,
    0,
  );
}

/**
 * Units of a write whose condition failed: AWS bills it by the larger of the item that is and the one that would be
 * (what an Update would have made can't be known without making it). A failed transaction bills each part twice.
 */
export function unitsOfRefusedWrite(operation: string, input: DynamoDbRequest, existing: Item | undefined): number {
  if (operation === 'TransactWriteItems') {
    const parts = (input.TransactItems ?? []).map((entry) => 2 * writeUnits(sizeOf(entry?.Put?.Item)));
    return parts.reduce((sum, part) => sum + part, 0);
  }
  return writeUnits(Math.max(sizeOf(existing), sizeOf(input.Item)));
}

const sizeOf = (item: Item | undefined): number => (item ? itemSizeBytes(item) : 0);
