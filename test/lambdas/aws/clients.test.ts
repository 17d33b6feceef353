// AWS clients: a call is bounded as a whole, and what the SDK builds for a kind of command is kept.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { bounded, CALL_MAX_MS, MAX_ATTEMPTS, requestHandler, tableOn } from '../../../lambdas/aws/clients.ts';
import { GetCommand, QueryCommand } from '../../../lambdas/aws/table-commands.ts';

let server: Server;
let requests: number;
let answer: { status: number; body: string };
let client: DynamoDBClient;

beforeEach(async () => {
  requests = 0;
  answer = { status: 200, body: '{"Item":{"pk":{"S":"a"},"count":{"N":"7"}}}' };
  server = createServer((request, response) => {
    requests++;
    request.resume().on('end', () => response.writeHead(answer.status).end(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new DynamoDBClient(options());
});
const options = () => ({
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  region: 'us-east-1',
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  maxAttempts: MAX_ATTEMPTS,
  requestHandler: requestHandler(),
  cacheMiddleware: true,
});
afterEach(async () => {
  vi.restoreAllMocks();
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const command = () => new GetCommand({ TableName: 'table', Key: { pk: 'a', sk: undefined } });

it('a row comes and goes as a plain object', async () => {
  expect(await tableOn(bounded(client), 'table').client.send(command())).toEqual({ Item: { pk: 'a', count: 7 } });
});

it('a query without rows has none', async () => {
  answer.body = '{"Count":0,"ScannedCount":0}';
  const query = new QueryCommand({ TableName: 'table', KeyConditionExpression: 'pk = :pk' });
  expect((await tableOn(client, 'table').client.send(query)).Items).toEqual([]);
});

it('the middleware of a kind of command is built once', async () => {
  const resolve = vi.spyOn(client.middlewareStack, 'resolve');
  const build = vi.spyOn(client.middlewareStack, 'concat');
  const { client: table } = tableOn(bounded(client), 'table');
  for (let call = 0; call < 3; call++) await table.send(command());
  expect(requests).toBe(3);
  expect(resolve.mock.calls.length + build.mock.calls.length).toBeLessThanOrEqual(2);
});

it('a call that is out of time sends nothing more', async () => {
  answer = { status: 500, body: '{}' };
  const now = performance.now();
  // The first look is at the start of the call, every other one after its end.
  vi.spyOn(performance, 'now')
    .mockReturnValueOnce(now)
    .mockReturnValue(now + CALL_MAX_MS + 1);
  await expect(tableOn(bounded(client), 'table').client.send(command())).rejects.toThrow('took longer than');
  expect(requests).toBe(0);
});

it.each([
  ['DynamoDB', DynamoDBClient, new PutItemCommand({ TableName: 'table', Item: {} })],
  ['SQS', SQSClient, new SendMessageCommand({ QueueUrl: 'https://queue', MessageBody: 'x' })],
  ['SNS', SNSClient, new PublishCommand({ Message: 'x' })],
  ['EventBridge', EventBridgeClient, new PutEventsCommand({ Entries: [] })],
  ['Scheduler', SchedulerClient, new DeleteScheduleCommand({ Name: 'x' })],
  ['Secrets Manager', SecretsManagerClient, new GetSecretValueCommand({ SecretId: 'x' })],
  ['@connections', ApiGatewayManagementApiClient, new PostToConnectionCommand({ ConnectionId: 'x', Data: 'x' })],
])('a call of %s is bounded, and nothing of it is described for a log', async (_name, Client, call) => {
  const made: any = bounded(new Client(options()));
  const now = performance.now();
  vi.spyOn(performance, 'now')
    .mockReturnValueOnce(now)
    .mockReturnValue(now + CALL_MAX_MS + 1);
  await expect(made.send(call)).rejects.toThrow('took longer than');
  expect(requests).toBe(0);
  expect(made.config.logger.info).toBeUndefined();
});

it('a call within its time is tried again', async () => {
  answer = { status: 500, body: '{}' };
  await expect(tableOn(bounded(client), 'table').client.send(command())).rejects.toThrow();
  expect(requests).toBe(MAX_ATTEMPTS);
});
