// What the end-to-end tests run against: a local runtime of their own, or a deployed stack known by its outputs.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { deployedOutputs, type Outputs } from '../../bin/find-stack.ts';
import { synthesize } from '../../local/assembly.ts';
import { startDynamoDbEngine } from '../../local/dynamodb-engine.ts';
import { LOCAL_SETTINGS } from '../../local/local-settings.ts';
import { type Runtime, startRuntime } from '../../local/runtime.ts';

export type { Outputs } from '../../bin/find-stack.ts';

export interface Target {
  isLocal: boolean;
  outputs: Outputs;
  /** Present when the runtime runs in this process. */
  runtime?: Runtime;
  close(): Promise<void>;
}

export interface TargetOptions {
  /** Settings as in `config/<stage>.json`. A stack that is deployed already has its own. */
  settings?: Record<string, unknown>;
  /** Where the local runtime keeps the table, as `npm start -- --data` does; what it holds already stays. */
  dataPath?: string;
}

const wanted = process.env.E2E_TARGET ?? 'local';

/** Whether each file starts a runtime of its own, configured as it likes and used by nobody else. */
export const ownsTarget = wanted === 'local';

/**
 * Whether the target has the control API, with its clock, faults and meter: asked before any test runs, to skip some.
 */
export const hasControlApi =
  ownsTarget || (wanted !== 'aws' && (JSON.parse(readFileSync(wanted, 'utf8')) as Outputs).is_local === 'true');

/** Whether there are tokens for users that a test invents: from the local issuer, a command, or a URL. */
export const hasTokens =
  hasControlApi || process.env.E2E_TOKEN_COMMAND !== undefined || process.env.E2E_TOKEN_URL !== undefined;

/** E2E_TARGET: `local` (default), `aws` (the stack E2E_STACK, by your credentials), or a file of outputs. */
export async function startTarget(options: TargetOptions = {}): Promise<Target> {
  if (ownsTarget) return startLocal(options);
  if (options.settings)
    throw new Error('A stack that is deployed already cannot be configured: skip this test unless ownsTarget.');
  const outputs =
    wanted === 'aws'
      ? await deployedOutputs(process.env.E2E_STACK ?? 'Carillon')
      : (JSON.parse(await readFile(wanted, 'utf8')) as Outputs);
  // What an earlier file moved, broke or sent to everyone would be seen by this one.
  if (hasControlApi) await fetch(`${outputs.http_url}/_local/reset`, { method: 'POST' });
  return { isLocal: hasControlApi, outputs, close: async () => undefined };
}

async function startLocal({ settings = {}, dataPath }: TargetOptions): Promise<Target> {
  const [assembly, engine] = await Promise.all([
    synthesize({ ...LOCAL_SETTINGS, ...settings }),
    startDynamoDbEngine({ ...(dataPath !== undefined && { dbPath: dataPath }) }),
  ]);
  const runtime = await startRuntime({
    assembly,
    engine,
    port: 0,
    awsPort: 0,
    // Two at a time show what runs concurrently, and the machine of CI has two cores to load them on.
    maxWorkers: 2,
    isRestart: dataPath !== undefined,
    ingestionTime: process.env.E2E_INGESTION_TIME === 'seconds' ? 'seconds' : 'milliseconds',
    log: (line) => process.env.E2E_VERBOSE && process.stderr.write(`${line}\n`),
    ...(process.env.E2E_VERBOSE && {
      functionLog: ({ function: name, line }) => process.stderr.write(`${name} ${line}\n`),
    }),
  });
  return {
    isLocal: true,
    outputs: runtime.outputs(),
    runtime,
    async close() {
      await runtime.close();
      await engine.close();
    },
  };
}
