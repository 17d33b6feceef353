// What a function may do, statement by statement: the constructs' own grants are wider than the calls that are made.
import { Stack, Token } from 'aws-cdk-lib';
import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Rows } from './rows.ts';
import { Validations } from './validations.ts';

/**
 * Calls on rows of the table, by their partition keys: `table.grant` would give all rows, and every index along with
 * them.
 */
export function grantRows(table: ITable, fn: LambdaFunction, rows: Rows): void {
  for (const [call, partitions] of Object.entries(rows)) {
    fn.addToRolePolicy(rowsStatement(`dynamodb:${call}`, table.tableArn, partitions));
  }
}

/** The index has rows of users and of broadcasts only. */
export function grantIndex(fn: LambdaFunction, table: ITable): void {
  fn.addToRolePolicy(rowsStatement('dynamodb:Query', `${table.tableArn}/index/unread`, ['USER#*', 'BROADCAST']));
}

/**
 * To export and erase a user: tickets, requests and the like are not stored under the user. A scan knows no partition
 * keys.
 */
export function grantScan(fn: LambdaFunction, table: ITable): void {
  fn.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:Scan'], resources: [table.tableArn] }));
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html */
const rowsStatement = (action: string, resource: string, partitions: readonly string[]) =>
  new PolicyStatement({
    actions: [action],
    resources: [resource],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
  });

/** One thing to do with sockets: the stage's own grant lets a function post to, inspect and close them. */
export function grantSockets(fn: LambdaFunction, stage: WebSocketStage, method: 'POST' | 'DELETE'): void {
  const stack = Stack.of(fn);
  const connections = `${stage.stageName}/${method}/@connections/*`;
  fn.addToRolePolicy(
    new PolicyStatement({
      actions: ['execute-api:ManageConnections'],
      resources: [stack.formatArn({ service: 'execute-api', resource: stage.api.apiId, resourceName: connections })],
    }),
  );
  const shown = (value: string, name: string) => (Token.isUnresolved(value) ? `<${name}>` : value);
  const region = shown(stack.region, 'AWS::Region');
  const account = shown(stack.account, 'AWS::AccountId');
  const api = Token.isUnresolved(stage.api.apiId) ? `<${logicalIdOf(stack, stage)}>` : stage.api.apiId;
  Validations.of(fn.role!).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:${region}:${account}:${api}/${connections}]`,
    reason: 'Connections come and go; their ids are not known when a role is written. Stage and method are fixed.',
  });
}

function logicalIdOf(stack: Stack, stage: WebSocketStage): string {
  const reference = stack.resolve(stage.api.apiId) as { Ref: string };
  return reference.Ref;
}

/** The event source's L2 would grant what no poller calls; these three are what Lambda needs. */
export function consume(
  fn: LambdaFunction,
  queue: Queue,
  options: { batchSize: number; maxConcurrency: number },
): void {
  queue.grant(fn, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
  const mapping = fn.addEventSourceMapping('Queue', {
    eventSourceArn: queue.queueArn,
    reportBatchItemFailures: true,
    ...options,
  });
  Validations.of(mapping).acknowledge({
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason:
      'Lambda takes destinations for streams only; what fails for good goes to the dead-letter queue of its queue.',
  });
}
