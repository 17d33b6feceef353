// Starts the DynamoDB engine this machine has, and makes the stack's tables in it.

import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { hostRefusal, pageRefusal } from './browser-guard.ts';
import { type CreateTableInput, createTableInput, tablesOf } from './dynamodb-tables.ts';
import { dynoxideBinary, type RunningEngine, startDynoxide } from './dynoxide.ts';
import { connectEngine, type EngineConnection } from './engine-connection.ts';
import { errorMessage } from './error-message.ts';
import type { Stack } from './stack.ts';

export interface DynamoDbEngine extends Pick<EngineConnection, 'send'> {
  /** `dynoxide`, `dynalite`, or `external` for the one DYNAMODB_ENDPOINT names. */
  readonly kind: 'dynoxide' | 'dynalite' | 'external';
  /** Another one after the engine was started again. */
  readonly endpoint: string;
  /** Why it does not answer just now; undefined when it does. */
  readonly problem: string | undefined;
  /** Resolves with a sentence when it ended by itself and stays so; never when it is closed. */
  readonly ended: Promise<string>;
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

/** Our choice: an engine that ends more often has a cause that starting it again does not remove. */
const RESTARTS_MAX = 3;
const NEVER = new Promise<never>(() => undefined);

export async function startDynamoDbEngine({
  environment = process.env,
  dbPath,
  log = () => undefined,
}: EngineOptions = {}): Promise<DynamoDbEngine> {
  const { kind, start } = chosen(environment, dbPath);
  let engine = await start();
  let connection = connectEngine(engine.endpoint);
  let problem: string | undefined;
  let tables: CreateTableInput[] = [];
  let isClosing = false;

  const send: EngineConnection['send'] = async (operation, body) => {
    try {
      const reply = await connection.send(operation, body);
      problem = undefined;
      return reply;
    } catch (error) {
      problem = `The DynamoDB engine does not answer: ${String(error)}`;
      throw error;
    }
  };
  /** In memory the table ended with the engine; what is on disk is taken up by another one. */
  const keepRunning = async (): Promise<string> => {
    for (let restarts = 0; ; restarts++) {
      const how = await engine.ended;
      problem = `The DynamoDB engine ended by itself (${how})`;
      if (dbPath === undefined) return `${problem}, and the table with it.`;
      if (restarts === RESTARTS_MAX)
        return `${problem}, after ${RESTARTS_MAX} restarts. Its data is kept in ${dbPath}.`;
      log(`${problem}. Its data is kept in ${dbPath}; it is started again.`);
      connection.close();
      try {
        engine = await start();
      } catch (error) {
        return `${problem}, and could not be started again: ${errorMessage(error)}`;
      }
      if (isClosing) await engine.close();
      connection = connectEngine(engine.endpoint);
      problem = undefined;
    }
  };

  return {
    kind,
    get endpoint() {
      return engine.endpoint;
    },
    get problem() {
      return problem;
    },
    send,
    ended: keepRunning(),
    async createTables(stack) {
      tables = tablesOf(stack).map(createTableInput);
      await Promise.all(tables.map((table) => createTable({ send }, table)));
    },
    async reset() {
      await Promise.all(
        tables.map(async (table) => {
          await deleteTable({ send }, table.TableName);
          await createTable({ send }, table);
        }),
      );
    },
    async close() {
      isClosing = true;
      connection.close();
      await engine.close();
    },
  };
}

type Connection = Pick<EngineConnection, 'send'>;

function chosen(
  environment: Record<string, string | undefined>,
  dbPath: string | undefined,
): { kind: DynamoDbEngine['kind']; start(): Promise<RunningEngine> } {
  const { DYNAMODB_ENDPOINT: endpoint, LOCAL_DYNAMODB: wanted } = environment;
  if (endpoint) {
    return { kind: 'external', start: async () => ({ endpoint, ended: NEVER, close: async () => undefined }) };
  }
  if (wanted && wanted !== 'dynalite' && wanted !== 'dynoxide') {
    throw new Error(`LOCAL_DYNAMODB is ${wanted}; it must be dynoxide or dynalite`);
  }
  const binary = wanted === 'dynalite' ? undefined : dynoxideBinary();
  if (binary) return { kind: 'dynoxide', start: () => startDynoxide(binary, { dbPath }) };
  if (wanted === 'dynoxide') {
    throw new Error('LOCAL_DYNAMODB is dynoxide, but it has no binary here: it is for Linux x64. Use dynalite.');
  }
  return { kind: 'dynalite', start: () => startDynalite(dbPath) };
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
    // It is part of this process.
    ended: NEVER,
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

async function createTable(connection: Connection, input: CreateTableInput): Promise<void> {
  const reply = await connection.send('CreateTable', JSON.stringify(input));
  if (reply.status !== 200 && !reply.body.includes('ResourceInUseException')) {
    throw new Error(`the DynamoDB engine refused the table ${String(input.TableName)}: ${reply.body}`);
  }
  await untilTable(connection, input.TableName, (found) => found.includes('"TableStatus":"ACTIVE"'));
}

async function deleteTable(connection: Connection, name: string): Promise<void> {
  await connection.send('DeleteTable', JSON.stringify({ TableName: name }));
  await untilTable(connection, name, (found) => found.includes('ResourceNotFoundException'));
}

/** Table operations finish in the background; engines here need milliseconds, others perhaps seconds. */
async function untilTable(connection: Connection, name: string, done: (described: string) => boolean) {
  const deadlineMs = performance.now() + 30_000;
  for (;;) {
    const { body } = await connection.send('DescribeTable', JSON.stringify({ TableName: name }));
    if (done(body)) return;
    if (performance.now() > deadlineMs)
      throw new Error(`the DynamoDB engine does not finish the table ${name}: ${body}`);
    await delay(5);
  }
}
