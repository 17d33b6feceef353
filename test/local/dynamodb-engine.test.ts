import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, get, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { dynamodbService } from '../../local/aws/dynamodb.ts';
import { type DynamoDbEngine, startDynamoDbEngine } from '../../local/dynamodb-engine.ts';
import { createTableInput } from '../../local/dynamodb-tables.ts';
import { dynoxideBinary } from '../../local/dynoxide.ts';
import { connectEngine } from '../../local/engine-connection.ts';
import { meter } from '../../local/meter.ts';
import { BROWSER_BLOCKED_PORTS } from '../../local/ports.ts';
import { functionPrincipal, startAwsSide } from './aws-side.ts';
import { inboxTable, stackOf } from './hand-made-stack.ts';

let engine: DynamoDbEngine | undefined;
afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

const kinds = dynoxideBinary() ? ['dynoxide', 'dynalite'] : ['dynalite'];

describe.each(kinds)('the engine %s', (kind) => {
  it('makes the tables of the template, empties them on reset and keeps their definition', async () => {
    engine = await startDynamoDbEngine({ environment: { LOCAL_DYNAMODB: kind } });
    expect(engine.kind).toBe(kind);
    await engine.createTables(stackOf(inboxTable()));
    const connection = connectEngine(engine.endpoint);
    const send = async (operation: string, body: object) =>
      JSON.parse((await connection.send(operation, JSON.stringify(body))).body);

    await send('PutItem', { TableName: 'inbox', Item: { pk: { S: 'a' }, sk: { S: 'b' } } });
    expect((await send('Scan', { TableName: 'inbox' })).Count).toBe(1);
    await engine.reset();
    expect((await send('Scan', { TableName: 'inbox' })).Count).toBe(0);
    const { Table } = await send('DescribeTable', { TableName: 'inbox' });
    expect(Table.LocalSecondaryIndexes[0].IndexName).toBe('unread');
    connection.close();
  });
});

it.runIf(dynoxideBinary())('ends the engine when the runtime is killed without a chance to clean up', async () => {
  const code = `import { startDynamoDbEngine } from './local/dynamodb-engine.ts';
    const engine = await startDynamoDbEngine(); console.log(engine.endpoint); setInterval(() => {}, 1000);`;
  const runtime = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { stdio: 'pipe' });
  const [line] = await once(runtime.stdout, 'data');
  const endpoint = String(line).trim();
  expect(await answers(endpoint)).toBe(true);
  runtime.kill('SIGKILL');
  await once(runtime, 'exit');
  await expect.poll(() => answers(endpoint), { interval: 5, timeout: 20_000 }).toBe(false);
});

/** `fetch` would refuse the engine's port, as browsers do. */
const answers = (endpoint: string) =>
  new Promise<boolean>((resolve) => {
    get(endpoint, (reply) => resolve(reply.resume().statusCode === 200)).on('error', () => resolve(false));
  });

describe.each(kinds)('a web page and the engine %s', (kind) => {
  it('do not meet: the port is blocked for browsers, or the engine refuses what a page sends', async () => {
    engine = await startDynamoDbEngine({ environment: { LOCAL_DYNAMODB: kind } });
    const { hostname, port } = new URL(engine.endpoint);
    if (kind === 'dynoxide') {
      expect(BROWSER_BLOCKED_PORTS).toContain(Number(port));
      expect(hostname).toMatch(/^127\./);
      await expect(fetch(engine.endpoint)).rejects.toMatchObject({ cause: { message: 'bad port' } });
      return;
    }
    const listTables = (headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        const target = { 'x-amz-target': 'DynamoDB_20120810.ListTables', 'content-type': 'application/x-amz-json-1.0' };
        const call = request(engine!.endpoint, { method: 'POST', headers: { ...target, ...headers } }, (reply) =>
          resolve(reply.resume().statusCode!),
        );
        call.on('error', reject).end('{}');
      });
    expect(await listTables({ origin: 'https://evil.example' })).toBe(403);
    expect(await listTables({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await listTables({ host: 'evil.example' })).toBe(403);
  });
});

it('names an engine it does not know', async () => {
  await expect(startDynamoDbEngine({ environment: { LOCAL_DYNAMODB: 'mongo' } })).rejects.toThrow(
    /dynoxide or dynalite/,
  );
});

it('uses the engine that DYNAMODB_ENDPOINT names', async () => {
  engine = await startDynamoDbEngine({ environment: { DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000' } });
  expect(engine).toMatchObject({ kind: 'external', endpoint: 'http://127.0.0.1:8000' });
});

it('refuses properties that would change behaviour, by name', () => {
  const table = inboxTable();
  expect(() => createTableInput({ ...table, properties: { ...table.properties, StreamSpecification: {} } })).toThrow(
    /InboxTable .*StreamSpecification is not emulated/,
  );
  expect(() =>
    createTableInput({ ...table, properties: { ...table.properties, Replicas: [{ Region: 'a' }, { Region: 'b' }] } }),
  ).toThrow(/more than one/);
});

/** The engine's process, by the address it listens on. */
const pidOf = ({ endpoint }: DynamoDbEngine) => {
  const { hostname, port } = new URL(endpoint);
  const [pid] = execFileSync('pgrep', ['-f', `dynoxide --host ${hostname} --port ${port}`])
    .toString()
    .split('\n');
  return Number(pid);
};

describe.runIf(dynoxideBinary())('an engine that ends by itself', () => {
  it('is named, with its table, when the table was in memory; calls then fail by name', async () => {
    const aws = await startAwsSide(stackOf(inboxTable()));
    process.kill(pidOf(aws.engine), 'SIGKILL');
    expect(await aws.engine.ended).toBe('The DynamoDB engine ended by itself (SIGKILL), and the table with it.');
    expect(aws.engine.problem).toMatch(/ended by itself/);
    await expect(aws.dynamodb().send(new ScanCommand({ TableName: 'inbox' }))).rejects.toMatchObject({
      name: 'InternalServerError',
      message: expect.stringMatching(/engine can't be reached/),
    });
    await aws.close();
  });

  it('is started again with what it had stored, at most three times', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'carillon-engine-'));
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    engine = await startDynamoDbEngine({ environment: {}, dbPath: join(folder, 'table.db'), log });
    await engine.createTables(stackOf(inboxTable()));
    const item = { pk: { S: 'a' }, sk: { S: 'b' } };
    expect((await engine.send('PutItem', JSON.stringify({ TableName: 'inbox', Item: item }))).status).toBe(200);
    const read = async () => (await engine!.send('GetItem', JSON.stringify({ TableName: 'inbox', Key: item }))).body;
    for (let kills = 1; kills <= 3; kills++) {
      process.kill(pidOf(engine), 'SIGKILL');
      await expect.poll(() => lines.length, { interval: 5, timeout: 20_000 }).toBe(kills);
      await expect.poll(() => engine!.problem, { interval: 5, timeout: 20_000 }).toBeUndefined();
      expect(await read()).toContain('"pk"');
    }
    process.kill(pidOf(engine), 'SIGKILL');
    expect(await engine.ended).toMatch(
      /^The DynamoDB engine ended by itself \(SIGKILL\), after 3 restarts. Its data is kept/,
    );
    rmSync(folder, { recursive: true });
  });
});

it('says what the engine said when it fails, which is how a full disk shows', async () => {
  const failing = createServer((_req, res) => res.writeHead(500).end('{"message":"database or disk is full"}'));
  failing.listen(0, '127.0.0.1');
  await once(failing, 'listening');
  const lines: string[] = [];
  const { port } = failing.address() as AddressInfo;
  const external = await startDynamoDbEngine({ environment: { DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` } });
  const log = (line: string) => lines.push(line);
  const service = dynamodbService({ engine: external, stack: stackOf(inboxTable()), meter: meter(), log });
  const headers = { 'x-amz-target': 'DynamoDB_20120810.Scan' };
  const principal = functionPrincipal('dispatch');
  const request = { method: 'POST', path: '/', headers, body: Buffer.from('{"TableName":"inbox"}') };
  for (let n = 0; n < 3; n++) {
    const { run } = service.decode(request as unknown as Parameters<typeof service.decode>[0], principal);
    await expect(run()).rejects.toThrow('database or disk is full');
  }
  // Once, however often it fails.
  expect(lines).toEqual([expect.stringMatching(/engine failed at Scan: .*disk is full.*Is its disk full\?$/)]);
  await external.close();
  failing.close();
});
