// Starts the DynamoDB engine this machine has, and makes the stack's tables in it.
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { hostRefusal, pageRefusal } from './browser-guard.ts';
import { createTableInput, tablesOf } from './dynamodb-tables.ts';
import { dynoxideBinary, type RunningEngine, startDynoxide } from './dynoxide.ts';
import { connectEngine, type EngineConnection } from './engine-connection.ts';
import type { Stack } from './stack.ts';

export interface DynamoDbEngine {
  /** `dynoxide`, `dynalite`, or `external` for the one DYNAMODB_ENDPOINT names. */
  kind: 'dynoxide' | 'dynalite' | 'external';
  endpoint: string;
  /** Creates the stack's tables; those that exist already (a file, an external engine) are kept as they are. */
  createTables(stack: Stack): Promise<void>;
  /** Empties the tables made by createTables, by deleting and creating them. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface EngineOptions {
  /** DYNAMODB_ENDPOINT: use this engine and start none. LOCAL_DYNAMODB=dynalite|dynoxide: insist on one. */
  environment?: Record<string, string | undefined>;
  /** A file (dynoxide) or folder (dynalite) to keep the data in; in memory when absent. */
  dbPath?: string;
  log?: (line: string) => void;
}

export async function startDynamoDbEngine({
  environment = process.env,
  dbPath,
  log = () => undefined,
}: EngineOptions = {}): Promise<DynamoDbEngine> {
  const { kind, engine } = await start(environment, dbPath, log);
  const connection = connectEngine(engine.endpoint);
  let tables: Record<string, unknown>[] = [];
  return {
    kind,
    endpoint: engine.endpoint,
    async createTables(stack) {
      tables = tablesOf(stack).map(createTableInput);
      await Promise.all(tables.map((table) => createTable(connection, table)));
    },
    async reset() {
      await Promise.all(
        tables.map(async (table) => {
          await deleteTable(connection, table.TableName as string);
          await createTable(connection, table);
        }),
      );
    },
    async close() {
      connection.close();
      await engine.close();
    },
  };
}

async function start(
  environment: Record<string, string | undefined>,
  dbPath: string | undefined,
  log: (line: string) => void,
): Promise<{ kind: DynamoDbEngine['kind']; engine: RunningEngine }> {
  const { DYNAMODB_ENDPOINT: external, LOCAL_DYNAMODB: wanted } = environment;
  if (external) return { kind: 'external', engine: { endpoint: external, close: async () => undefined } };
  if (wanted && wanted !== 'dynalite' && wanted !== 'dynoxide') {
    throw new Error(`LOCAL_DYNAMODB is ${wanted}; it must be dynoxide or dynalite`);
  }
  const binary = wanted === 'dynalite' ? undefined : dynoxideBinary();
  if (binary) return { kind: 'dynoxide', engine: await startDynoxide(binary, { dbPath, log }) };
  if (wanted === 'dynoxide') {
    throw new Error('LOCAL_DYNAMODB is dynoxide, but it has no binary here: it is for Linux x64. Use dynalite.');
  }
  return { kind: 'dynalite', engine: await startDynalite(dbPath) };
}

async function startDynalite(path: string | undefined): Promise<RunningEngine> {
  const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
  // Table operations take effect at once instead of after its default half second.
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  refusePages(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** It checks no signature and answers pages of every origin, so requests that a page made are refused before it. */
function refusePages(server: Server): void {
  const [answer, ...others] = server.listeners('request') as RequestListener[];
  if (!answer || others.length > 0) throw new Error('dynalite has changed: it should have one request listener.');
  server.removeAllListeners('request');
  server.on('request', (req, res) => {
    const refusal = hostRefusal(req.headers) ?? pageRefusal(req.headers);
    if (refusal === undefined) answer(req, res);
    else res.writeHead(403, { 'content-type': 'text/plain', connection: 'close' }).end(refusal);
  });
}

async function createTable(connection: EngineConnection, input: Record<string, unknown>): Promise<void> {
  const reply = await connection.send('CreateTable', JSON.stringify(input));
  if (reply.status !== 200 && !reply.body.includes('ResourceInUseException')) {
    throw new Error(`the DynamoDB engine refused the table ${String(input.TableName)}: ${reply.body}`);
  }
  await untilTable(connection, input.TableName as string, (found) => found.includes('"TableStatus":"ACTIVE"'));
}

async function deleteTable(connection: EngineConnection, name: string): Promise<void> {
  await connection.send('DeleteTable', JSON.stringify({ TableName: name }));
  await untilTable(connection, name, (found) => found.includes('ResourceNotFoundException'));
}

/** Table operations finish in the background; engines here need milliseconds, others perhaps seconds. */
async function untilTable(connection: EngineConnection, name: string, done: (described: string) => boolean) {
  const deadlineMs = performance.now() + 30_000;
  for (;;) {
    const { body } = await connection.send('DescribeTable', JSON.stringify({ TableName: name }));
    if (done(body)) return;
    if (performance.now() > deadlineMs)
      throw new Error(`the DynamoDB engine does not finish the table ${name}: ${body}`);
    await delay(5);
  }
}
