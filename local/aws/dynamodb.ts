// DynamoDB as functions and tools see it: every call is checked and metered here, then answered by the engine.
import { crc32 } from 'node:zlib';
import type { DynamoDbEngine } from '../dynamodb-engine.ts';
import { TABLE_TYPES } from '../dynamodb-tables.ts';
import type { Meter } from '../meter.ts';
import type { Resource, Stack } from '../stack.ts';
import { AwsError } from './aws-error.ts';
import { unitsOf, unitsOfRefusedWrite } from './dynamodb-capacity.ts';
import { OPERATIONS } from './dynamodb-operations.ts';
import { permissionOf } from './dynamodb-permissions.ts';
import { consumed, type DynamoDbReply, type DynamoDbRequest } from './dynamodb-request.ts';
import { notEmulated } from './not-emulated.ts';
import type { Operation, Service, WireResponse } from './service.ts';

const TARGET_PREFIX = 'DynamoDB_20120810.';
const WRITES_WITH_CONDITION = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** A full disk fails every call: one line in this time says so. */
const SAID_AGAIN_AFTER_MS = 10_000;

export function dynamodbService(deps: {
  engine: Pick<DynamoDbEngine, 'send'>;
  stack: Stack;
  meter: Meter;
  log?(line: string): void;
}): Service {
  const { engine, stack, meter } = deps;
  let saidMs = Number.NEGATIVE_INFINITY;
  const failed = (operation: string, why: string) => {
    if (performance.now() - saidMs < SAID_AGAIN_AFTER_MS) return;
    saidMs = performance.now();
    deps.log?.(`The DynamoDB engine failed at ${operation}: ${why}. Is its disk full?`);
  };
  const arnPrefix = `arn:aws:dynamodb:${stack.region}:${stack.accountId}:table/`;
  const lookup = {
    arn: (table: string) => arnPrefix + table,
    resource: (table: string | undefined): Resource | undefined =>
      table === undefined
        ? undefined
        : TABLE_TYPES.map((type) => stack.find(type, table)).find((found) => found !== undefined),
  };

  async function ask(operation: string, input: DynamoDbRequest): Promise<{ status: number; reply: DynamoDbReply }> {
    const answer = await engine.send(operation, JSON.stringify(input)).catch((error: unknown) => {
      throw new AwsError('InternalServerError', `The DynamoDB engine can't be reached: ${String(error)}`, 500);
    });
    if (answer.status >= 500) failed(operation, answer.body);
    return { status: answer.status, reply: JSON.parse(answer.body) };
  }

  async function run(operation: string, input: DynamoDbRequest): Promise<unknown> {
    const table = lookup.resource(input.TableName);
    if (operation === 'DescribeTimeToLive') return describeTimeToLive(table);
    const { unit } = OPERATIONS[operation]!;
    const { status, reply } = await ask(operation, unit ? askForCapacity(operation, input) : input);
    if (status !== 200) {
      await addOldItem(operation, input, reply);
      throw refusal(operation, input, status, reply);
    }
    if (unit) {
      const units = await unitsOf(operation, input, reply, table, (name, body) =>
        ask(name, body).then((second) => second.reply),
      );
      meter.add(unit, units, `dynamodb:${operation}`);
      keepCapacityAsAsked(reply, input.ReturnConsumedCapacity);
    } else if (operation === 'DescribeTable') {
      return JSON.parse(JSON.stringify(reply).replaceAll(/arn:aws:dynamodb:[^:]*:[^:]*:table\//g, arnPrefix));
    }
    return reply;
  }

  /** dynalite knows no ReturnValuesOnConditionCheckFailure: what it leaves out is read behind the caller's back. */
  async function addOldItem(operation: string, input: DynamoDbRequest, reply: DynamoDbReply): Promise<void> {
    if (!WRITES_WITH_CONDITION.has(operation) || input.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') return;
    if (!String(reply.__type).endsWith('ConditionalCheckFailedException') || reply.Item) return;
    const keys: { AttributeName: string }[] = lookup.resource(input.TableName)?.properties.KeySchema ?? [];
    const from = input.Key ?? input.Item ?? {};
    const Key = Object.fromEntries(keys.map(({ AttributeName }) => [AttributeName, from[AttributeName]!]));
    const { reply: found } = await ask('GetItem', { TableName: input.TableName, Key, ConsistentRead: true });
    if (found.Item) reply.Item = found.Item;
  }

  function refusal(operation: string, input: DynamoDbRequest, status: number, reply: DynamoDbReply): AwsError {
    const { __type = 'InternalServerError', message, Message, ...members } = reply;
    const code = String(__type).split('#').pop()!;
    if (code === 'UnknownOperationException') {
      return notEmulated(`the DynamoDB operation ${operation} on this engine`, 'dynoxide (Linux x64) has it.');
    }
    if (code === 'ConditionalCheckFailedException' || code === 'TransactionCanceledException') {
      meter.add('dynamodb_wru', unitsOfRefusedWrite(operation, input, members.Item), `dynamodb:${operation}`);
      if (input.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') delete members.Item;
    }
    return new AwsError(code, message ?? Message ?? '', status, members);
  }

  return {
    name: 'dynamodb',
    signingName: 'dynamodb',
    decode(request): Operation {
      const target = request.headers['x-amz-target'] ?? '';
      const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
      const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
      if (!operation) {
        const emulated = Object.keys(OPERATIONS).join(', ');
        throw notEmulated(
          `the DynamoDB operation ${name || `of X-Amz-Target "${target}"`}`,
          `It emulates ${emulated}. Tables come from the template.`,
        );
      }
      const input = withTableNames(parse(request.body), arnPrefix);
      const accesses = operation.accesses(input);
      const permissions = accesses.map(({ table, ...access }) => {
        if (typeof table === 'string') return permissionOf({ ...access, table }, lookup);
        throw new AwsError('ValidationException', "The parameter 'TableName' is required but was not present");
      });
      return {
        name,
        input,
        permissions,
        run: () => run(name, input),
      };
    },
    encode: (_operation, result) => json(200, JSON.stringify(result)),
    encodeError: ({ code, message, status, members }) =>
      json(status, JSON.stringify({ __type: errorNamespace(code) + code, message, ...members })),
  };
}

function parse(body: Buffer): DynamoDbRequest {
  try {
    const input = JSON.parse(body.toString());
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  } catch {
    // Not JSON: refused like any other body that is no object.
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object');
}

/** A table may be named by its ARN; engines know names only. An ARN of elsewhere stays, and is found by nobody. */
function withTableNames(input: DynamoDbRequest, arnPrefix: string): DynamoDbRequest {
  const nameOf = <Name>(table: Name) =>
    typeof table === 'string' && table.startsWith(arnPrefix) ? table.slice(arnPrefix.length) : table;
  if (input.TableName !== undefined) input.TableName = nameOf(input.TableName);
  if (input.RequestItems && typeof input.RequestItems === 'object') {
    input.RequestItems = Object.fromEntries(
      Object.entries(input.RequestItems).map(([table, request]) => [nameOf(table), request]),
    );
  }
  for (const entry of Array.isArray(input.TransactItems) ? input.TransactItems : []) {
    for (const part of Object.values(entry ?? {})) if (part) part.TableName = nameOf(part.TableName);
  }
  return input;
}

function askForCapacity(operation: string, input: DynamoDbRequest): DynamoDbRequest {
  // The old item comes along because a refused write is billed by its size.
  const alsoOld = WRITES_WITH_CONDITION.has(operation) && (input.ConditionExpression || input.Expected);
  return {
    ...input,
    ReturnConsumedCapacity: input.IndexName || input.ReturnConsumedCapacity === 'INDEXES' ? 'INDEXES' : 'TOTAL',
    ...(alsoOld ? { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } : {}),
  };
}

function keepCapacityAsAsked(reply: DynamoDbReply, asked: string | undefined): void {
  if (asked === 'INDEXES') return;
  if (asked !== 'TOTAL') {
    delete reply.ConsumedCapacity;
    return;
  }
  for (const part of consumed(reply)) {
    delete part.Table;
    delete part.LocalSecondaryIndexes;
    delete part.GlobalSecondaryIndexes;
  }
}

function describeTimeToLive(table: Resource | undefined): unknown {
  if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  const { AttributeName, Enabled } = table.properties.TimeToLiveSpecification ?? {};
  return {
    TimeToLiveDescription: Enabled ? { TimeToLiveStatus: 'ENABLED', AttributeName } : { TimeToLiveStatus: 'DISABLED' },
  };
}

function errorNamespace(code: string): string {
  if (code === 'ValidationException') return 'com.amazon.coral.validate#';
  const general = ['AccessDeniedException', 'SerializationException', 'UnrecognizedClientException'];
  return general.includes(code) ? 'com.amazon.coral.service#' : 'com.amazonaws.dynamodb.v20120810#';
}

function json(status: number, body: string): WireResponse {
  return {
    status,
    // Some SDKs compare this checksum with the body and call the answer broken when they differ.
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': String(crc32(body)) },
    body,
  };
}
