import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Credential } from '../../../local/iam/credentials.ts';
import type { Statement } from '../../../local/iam/principal.ts';
import { type AwsSide, functionPrincipal, startAwsSide } from '../aws-side.ts';
import { inboxTable, stackOf } from '../hand-made-stack.ts';

const TableName = 'inbox';
const tableArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/inbox';
const key = (sk: string, pk = 'p') => ({ pk: { S: pk }, sk: { S: sk } });

let aws: AwsSide;
beforeAll(async () => {
  aws = await startAwsSide(stackOf(inboxTable()));
});
afterAll(() => aws.close());
beforeEach(async () => {
  await aws.engine.reset();
  aws.meter.reset();
  aws.faults.clear();
  aws.calls.clear();
});

/** What the calls of `work` were billed. */
async function billed(work: Promise<unknown>): Promise<{ read: number; written: number }> {
  aws.meter.reset();
  await work.catch(() => undefined);
  const { dynamodb_rru: read, dynamodb_wru: written } = aws.meter.read().units;
  return { read, written };
}
const put = (Item: object, more: object = {}) =>
  aws.dynamodb().send(new PutItemCommand({ TableName, Item: Item as never, ...more }));

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
describe('billing', () => {
  it('counts writes by KB, index writes included, and only when the index entry changes', async () => {
    expect(await billed(put(key('1')))).toEqual({ read: 0, written: 1 });
    expect(await billed(put({ ...key('2'), unread_key: { S: 'a' } }))).toEqual({ read: 0, written: 2 });
    expect(await billed(put({ ...key('2'), unread_key: { S: 'a' }, title: { S: 't' } }))).toEqual({
      read: 0,
      written: 1,
    });
    expect(await billed(put({ ...key('2'), unread_key: { S: 'b' } }))).toEqual({ read: 0, written: 3 });
    expect(await billed(put({ ...key('3'), long_text: { S: 'x'.repeat(3500) } }))).toEqual({ read: 0, written: 4 });
  });

  it('counts reads by 4 KB, half when eventually consistent, and gives no discount for projections', async () => {
    await put({ ...key('6'), long_text: { S: 'x'.repeat(6000) } });
    const get = (more: object) => aws.dynamodb().send(new GetItemCommand({ TableName, Key: key('6'), ...more }));
    expect((await billed(get({}))).read).toBe(1);
    expect((await billed(get({ ConsistentRead: true }))).read).toBe(2);
    expect((await billed(get({ ConsistentRead: true, ProjectionExpression: 'pk' }))).read).toBe(2);
    expect((await billed(aws.dynamodb().send(new GetItemCommand({ TableName, Key: key('none') })))).read).toBe(0.5);
  });

  it('sums a query before rounding, filtered items included', async () => {
    for (const sk of ['1', '2', '3']) await put({ ...key(sk), long_text: { S: 'x'.repeat(3000) } });
    const query = new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :p',
      FilterExpression: 'attribute_exists(nothing)',
      ExpressionAttributeValues: { ':p': { S: 'p' } },
    });
    expect((await billed(aws.dynamodb().send(query))).read).toBe(1.5);
  });

  it('adds what a local index fetches from the table for attributes it does not hold', async () => {
    for (const sk of ['1', '2', '3']) {
      await put({ ...key(sk), unread_key: { S: sk }, long_text: { S: 'x'.repeat(5000) } });
    }
    const query = (more: object) =>
      aws.dynamodb().send(
        new QueryCommand({
          TableName,
          IndexName: 'unread',
          KeyConditionExpression: '#p = :p',
          ExpressionAttributeNames: { '#p': 'pk' },
          ExpressionAttributeValues: { ':p': { S: 'p' } },
          ...more,
        }),
      );
    expect((await billed(query({}))).read).toBe(0.5);
    expect((await billed(query({ Select: 'COUNT' }))).read).toBe(0.5);
    expect((await billed(query({ Select: 'ALL_ATTRIBUTES' }))).read).toBe(3.5);
    expect((await billed(query({ ProjectionExpression: 'sk, unread_key' }))).read).toBe(0.5);
    expect((await billed(query({ ProjectionExpression: 'sk, long_text' }))).read).toBe(3.5);
    expect((await billed(query({ ProjectionExpression: 'long_text', ConsistentRead: true }))).read).toBe(7);
  });

  it('bills a write whose condition failed by the larger item, and keeps that item to itself', async () => {
    await put({ ...key('1'), long_text: { S: 'x'.repeat(2500) } });
    const refused = (more: object = {}) => put(key('1'), { ConditionExpression: 'attribute_not_exists(pk)', ...more });
    expect((await billed(refused())).written).toBe(3);
    await expect(refused()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: undefined });
    await expect(refused({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).rejects.toMatchObject({
      Item: { sk: { S: '1' } },
    });
    const update = new UpdateItemCommand({
      TableName,
      Key: key('absent'),
      UpdateExpression: 'SET a = :a',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':a': { S: 'a' } },
    });
    expect((await billed(aws.dynamodb().send(update))).written).toBe(1);
  });

  it('bills batches per item and transactions twice', async () => {
    const write = new BatchWriteItemCommand({
      RequestItems: { [TableName]: ['1', '2', '3'].map((sk) => ({ PutRequest: { Item: key(sk) } })) },
    });
    expect((await billed(aws.dynamodb().send(write))).written).toBe(3);
    const read = new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('1'), key('2')] } } });
    expect((await billed(aws.dynamodb().send(read))).read).toBe(1);
    const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key('4') } }] });
    expect((await billed(aws.dynamodb().send(transaction))).written).toBe(2);
  });

  it('shows the capacity only to a caller that asks, in the detail asked for', async () => {
    expect((await put(key('1'))).ConsumedCapacity).toBeUndefined();
    const total = await put({ ...key('1'), unread_key: { S: 'u' } }, { ReturnConsumedCapacity: 'TOTAL' });
    expect(total.ConsumedCapacity).toEqual({ TableName, CapacityUnits: 2 });
    const indexes = await put({ ...key('1'), unread_key: { S: 'v' } }, { ReturnConsumedCapacity: 'INDEXES' });
    expect(indexes.ConsumedCapacity?.LocalSecondaryIndexes?.unread?.CapacityUnits).toBe(2);
  });

  it('breaks the bill down by operation', async () => {
    await put(key('1'));
    expect(aws.meter.read().by).toEqual({ dynamodb_wru: { 'dynamodb:PutItem': 1 } });
  });
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
describe('permissions', () => {
  const as = (...statements: Statement[]): Credential =>
    aws.credentials.issue(functionPrincipal('dispatch', ...statements));
  const allow = (Action: string, Resource: string, Condition?: Statement['Condition']): Statement => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition ? { Condition } : {}),
  });

  it('needs the operation on the table, and records the refusal under the function', async () => {
    const client = aws.dynamodb(as(allow('dynamodb:GetItem', tableArn)));
    await client.send(new GetItemCommand({ TableName, Key: key('1') }));
    await expect(client.send(new PutItemCommand({ TableName, Item: key('1') }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`dynamodb:PutItem on resource: ${tableArn}`),
    });
    expect(aws.calls.latest()).toMatchObject([
      {
        function: 'dispatch',
        service: 'dynamodb',
        operation: 'PutItem',
        allowed: false,
        outcome: 'AccessDeniedException',
      },
      { function: 'dispatch', operation: 'GetItem', allowed: true, outcome: 'ok', resource: tableArn },
    ]);
  });

  it('needs the index for a query of the index', async () => {
    const query = new QueryCommand({
      TableName,
      IndexName: 'unread',
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'p' } },
    });
    await expect(aws.dynamodb(as(allow('dynamodb:Query', tableArn))).send(query)).rejects.toThrow(/index\/unread/);
    await aws.dynamodb(as(allow('dynamodb:Query', `${tableArn}/index/*`))).send(query);
  });

  it('knows the leading keys, wherever they are written', async () => {
    const client = aws.dynamodb(
      as(allow('dynamodb:*', tableArn, { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['mine'] } })),
    );
    const query = (pk: string) =>
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'sk > :s AND #k = :k',
        ExpressionAttributeNames: { '#k': 'pk' },
        ExpressionAttributeValues: { ':k': { S: pk }, ':s': { S: 'a' } },
      });
    await client.send(query('mine'));
    await expect(client.send(query('yours'))).rejects.toThrow(/not authorized/);
    await client.send(new DeleteItemCommand({ TableName, Key: key('1', 'mine') }));
    await expect(client.send(new DeleteItemCommand({ TableName, Key: key('1', 'yours') }))).rejects.toThrow(
      /authorized/,
    );
    const batch = (...pks: string[]) =>
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: pks.map((pk) => key('1', pk)) } } });
    await client.send(batch('mine'));
    await expect(client.send(batch('mine', 'yours'))).rejects.toThrow(/authorized/);
  });

  it('takes a transaction apart', async () => {
    const client = aws.dynamodb(as(allow('dynamodb:PutItem', tableArn)));
    await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key('1') } }] }));
    const withDelete = new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName, Key: key('1') } }] });
    await expect(client.send(withDelete)).rejects.toThrow(/dynamodb:DeleteItem/);
  });
});

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
describe('operations', () => {
  it('describes tables with their AWS names and accepts an ARN for a table', async () => {
    const client = aws.dynamodb();
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableArn }));
    expect(Table?.TableArn).toBe(tableArn);
    expect(Table?.LocalSecondaryIndexes?.[0]?.IndexArn).toBe(`${tableArn}/index/unread`);
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([TableName]);
    await client.send(new PutItemCommand({ TableName: tableArn, Item: key('arn') }));
    expect((await client.send(new ScanCommand({ TableName }))).Count).toBe(1);
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
  });

  it('refuses by name what is not emulated', async () => {
    const create = new CreateTableCommand({
      TableName: 'another',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    });
    await expect(aws.dynamodb().send(create)).rejects.toThrow(
      /does not emulate the DynamoDB operation CreateTable.*PutItem/,
    );
  });

  it('passes on the errors of the engine', async () => {
    const get = (input: object) => aws.dynamodb().send(new GetItemCommand({ TableName, Key: key('1'), ...input }));
    await expect(get({ TableName: 'nowhere' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(get({ Key: { pk: { S: 'a' } } })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('on dynalite', () => {
  it('items are read, written and billed; what it lacks is refused by name', async () => {
    const other = await startAwsSide(stackOf(inboxTable()), { engineKind: 'dynalite' });
    const client = other.dynamodb();
    await client.send(new PutItemCommand({ TableName, Item: { ...key('1'), unread_key: { S: 'a' } } }));
    const query = new QueryCommand({
      TableName,
      IndexName: 'unread',
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'p' } },
    });
    expect((await client.send(query)).Count).toBe(1);
    const twice = new PutItemCommand({ TableName, Item: key('1'), ConditionExpression: 'attribute_not_exists(pk)' });
    await expect(client.send(twice)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(other.meter.read().units).toMatchObject({ dynamodb_wru: 2, dynamodb_rru: 0.5 });
    const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key('4') } }] });
    await expect(client.send(transaction)).rejects.toThrow(/TransactWriteItems on this engine/);
    await other.close();
  });
});
