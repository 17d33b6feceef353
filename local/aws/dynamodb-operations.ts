// The DynamoDB operations the runtime passes on: what each touches, and whether it reads or writes.
import type { Access } from './dynamodb-permissions.ts';
import type { DynamoDbRequest, Item } from './dynamodb-request.ts';

export interface DynamoDbOperation {
  /** The unit its capacity is billed in; none for operations about tables. */
  unit?: 'dynamodb_rru' | 'dynamodb_wru';
  accesses(input: DynamoDbRequest): Access[];
}

const single =
  (operation: string, keyField: 'Key' | 'Item') =>
  (input: DynamoDbRequest): Access[] => [
    { action: `dynamodb:${operation}`, table: input.TableName, items: present(input[keyField]), request: input },
  ];
const search =
  (operation: string) =>
  (input: DynamoDbRequest): Access[] => [
    {
      action: `dynamodb:${operation}`,
      table: input.TableName,
      ...(input.IndexName === undefined ? {} : { index: input.IndexName }),
      items: [],
      request: input,
    },
  ];
const aboutTable =
  (operation: string) =>
  (input: DynamoDbRequest): Access[] => [
    { action: `dynamodb:${operation}`, table: input.TableName, items: [], request: {} },
  ];
const present = (item: Item | undefined): Item[] => (item && typeof item === 'object' ? [item] : []);

/** A transaction has no action of its own: each part needs what it would need alone. */
function transaction(input: DynamoDbRequest): Access[] {
  return (input.TransactItems ?? []).flatMap((entry) =>
    Object.entries(entry ?? {}).map(([kind, request]) => ({
      action: `dynamodb:${kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`}`,
      table: request?.TableName,
      items: present(request?.Key ?? request?.Item),
      request: request ?? {},
    })),
  );
}

export const OPERATIONS: Record<string, DynamoDbOperation> = {
  GetItem: { unit: 'dynamodb_rru', accesses: single('GetItem', 'Key') },
  PutItem: { unit: 'dynamodb_wru', accesses: single('PutItem', 'Item') },
  UpdateItem: { unit: 'dynamodb_wru', accesses: single('UpdateItem', 'Key') },
  DeleteItem: { unit: 'dynamodb_wru', accesses: single('DeleteItem', 'Key') },
  Query: { unit: 'dynamodb_rru', accesses: search('Query') },
  Scan: { unit: 'dynamodb_rru', accesses: search('Scan') },
  BatchGetItem: {
    unit: 'dynamodb_rru',
    accesses: (input) =>
      Object.entries(input.RequestItems ?? {}).map(([table, request]) => {
        const part = request && !Array.isArray(request) ? request : {};
        return { action: 'dynamodb:BatchGetItem', table, items: part.Keys ?? [], request: part };
      }),
  },
  BatchWriteItem: {
    unit: 'dynamodb_wru',
    accesses: (input) =>
      Object.entries(input.RequestItems ?? {}).map(([table, writes]) => ({
        action: 'dynamodb:BatchWriteItem',
        table,
        items: (Array.isArray(writes) ? writes : []).flatMap((write) =>
          present(write?.PutRequest?.Item ?? write?.DeleteRequest?.Key),
        ),
        request: {},
      })),
  },
  TransactWriteItems: { unit: 'dynamodb_wru', accesses: transaction },
  TransactGetItems: { unit: 'dynamodb_rru', accesses: transaction },
  DescribeTable: { accesses: aboutTable('DescribeTable') },
  DescribeTimeToLive: { accesses: aboutTable('DescribeTimeToLive') },
  ListTables: { accesses: () => [{ action: 'dynamodb:ListTables', table: '*', items: [], request: {} }] },
};
