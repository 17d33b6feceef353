// Commands of the table on plain objects. Lighter than the SDK's document client, which builds its middleware anew for
// each call.
import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand as QueryItemsCommand,
  type QueryCommandInput as QueryItemsInput,
  type ScanCommandInput,
  ScanCommand as ScanItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

type Row = Record<string, any>;
/** An SDK input, with plain objects where it has attribute values. Properties may be undefined. */
type Plain<Input, Rows extends string> = {
  [Name in keyof Input]: Name extends Rows ? Row | undefined : Input[Name] | undefined;
};
/** Of BatchWriteItem and BatchGetItem: by table. */
type Batch = Record<string, any>;

export type QueryCommandInput = Plain<QueryItemsInput, 'ExpressionAttributeValues' | 'ExclusiveStartKey'>;
export type UpdateCommandInput = Plain<UpdateItemCommandInput, 'Key' | 'ExpressionAttributeValues'>;

export interface TableCommand<Output> {
  run(client: DynamoDBClient): Promise<Output>;
}

export class GetCommand implements TableCommand<{ Item?: Row }> {
  constructor(readonly input: Plain<GetItemCommandInput, 'Key'>) {}
  async run(client: DynamoDBClient): Promise<{ Item?: Row }> {
    const { Item } = await client.send(new GetItemCommand(toItems(this.input, 'Key')));
    return Item ? { Item: unmarshall(Item) } : {};
  }
}

export class PutCommand implements TableCommand<object> {
  constructor(readonly input: Plain<PutItemCommandInput, 'Item' | 'ExpressionAttributeValues'>) {}
  run(client: DynamoDBClient): Promise<object> {
    return client.send(new PutItemCommand(toItems(this.input, 'Item', 'ExpressionAttributeValues')));
  }
}

export class DeleteCommand implements TableCommand<{ Attributes?: Row }> {
  constructor(readonly input: Plain<DeleteItemCommandInput, 'Key' | 'ExpressionAttributeValues'>) {}
  async run(client: DynamoDBClient): Promise<{ Attributes?: Row }> {
    return attributesOf(
      await client.send(new DeleteItemCommand(toItems(this.input, 'Key', 'ExpressionAttributeValues'))),
    );
  }
}

export class UpdateCommand implements TableCommand<{ Attributes?: Row }> {
  constructor(readonly input: UpdateCommandInput) {}
  async run(client: DynamoDBClient): Promise<{ Attributes?: Row }> {
    return attributesOf(
      await client.send(new UpdateItemCommand(toItems(this.input, 'Key', 'ExpressionAttributeValues'))),
    );
  }
}

export interface QueryOutput {
  Items: Row[];
  Count?: number | undefined;
  ScannedCount?: number | undefined;
  LastEvaluatedKey?: Row;
}

export class QueryCommand implements TableCommand<QueryOutput> {
  constructor(readonly input: QueryCommandInput) {}
  async run(client: DynamoDBClient): Promise<QueryOutput> {
    const input = toItems(this.input, 'ExpressionAttributeValues', 'ExclusiveStartKey');
    const { Items = [], Count, ScannedCount, LastEvaluatedKey } = await client.send(new QueryItemsCommand(input));
    return {
      Items: Items.map((item) => unmarshall(item)),
      Count,
      ScannedCount,
      ...(LastEvaluatedKey && { LastEvaluatedKey: unmarshall(LastEvaluatedKey) }),
    };
  }
}

export class ScanCommand implements TableCommand<QueryOutput> {
  constructor(readonly input: Plain<ScanCommandInput, 'ExclusiveStartKey'>) {}
  async run(client: DynamoDBClient): Promise<QueryOutput> {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanItemsCommand(toItems(this.input, 'ExclusiveStartKey')),
    );
    return {
      Items: Items.map((item) => unmarshall(item)),
      ...(LastEvaluatedKey && { LastEvaluatedKey: unmarshall(LastEvaluatedKey) }),
    };
  }
}

export class BatchWriteCommand implements TableCommand<{ UnprocessedItems?: Batch }> {
  constructor(readonly input: { RequestItems: Batch }) {}
  async run(client: DynamoDBClient): Promise<{ UnprocessedItems?: Batch }> {
    const RequestItems = mapTables(this.input.RequestItems, (writes: any[]) =>
      writes.map(({ PutRequest, DeleteRequest }) =>
        PutRequest
          ? { PutRequest: { Item: marshall(PutRequest.Item, OPTIONS) } }
          : { DeleteRequest: { Key: marshall(DeleteRequest.Key, OPTIONS) } },
      ),
    ) as BatchWriteItemCommandInput['RequestItems'];
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems }));
    return {
      UnprocessedItems: mapTables(UnprocessedItems ?? {}, (writes: any[]) =>
        writes.map(({ PutRequest, DeleteRequest }) =>
          PutRequest
            ? { PutRequest: { Item: unmarshall(PutRequest.Item) } }
            : { DeleteRequest: { Key: unmarshall(DeleteRequest.Key) } },
        ),
      ),
    };
  }
}

export class BatchGetCommand implements TableCommand<{ Responses: Batch; UnprocessedKeys?: Batch }> {
  constructor(readonly input: { RequestItems: Batch }) {}
  async run(client: DynamoDBClient): Promise<{ Responses: Batch; UnprocessedKeys?: Batch }> {
    const RequestItems = mapTables(this.input.RequestItems, ({ Keys, ...others }) => ({
      ...others,
      Keys: Keys.map((key: Row) => marshall(key, OPTIONS)),
    })) as BatchGetItemCommandInput['RequestItems'];
    const { Responses = {}, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems }));
    return {
      Responses: mapTables(Responses, (items: any[]) => items.map((item) => unmarshall(item))),
      UnprocessedKeys: mapTables(UnprocessedKeys ?? {}, ({ Keys, ...others }) => ({
        ...others,
        Keys: Keys.map((key: any) => unmarshall(key)),
      })),
    };
  }
}

const OPTIONS = { removeUndefinedValues: true };

/** The input as the SDK wants it: rows as attribute values. */
function toItems<Input extends object>(input: Input, ...rows: (keyof Input)[]): any {
  const translated: any = { ...input };
  for (const name of rows) if (input[name] !== undefined) translated[name] = marshall(input[name] as Row, OPTIONS);
  return translated;
}

const attributesOf = ({ Attributes }: { Attributes?: any }): { Attributes?: Row } =>
  Attributes ? { Attributes: unmarshall(Attributes) } : {};

const mapTables = (batch: Batch, change: (of: any) => unknown): Batch =>
  Object.fromEntries(Object.entries(batch).map(([table, of]) => [table, change(of)]));
