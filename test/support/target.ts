// What the end-to-end tests run against: a local runtime of their own, or a deployed stack known by its outputs.
import { readFile } from 'node:fs/promises';
import { synthesize } from '../../local/assembly.ts';
import { startDynamoDbEngine } from '../../local/dynamodb-engine.ts';
import { PUSH_CONTEXT } from '../../local/push-applications.ts';
import { startRuntime } from '../../local/runtime.ts';

export type Outputs = Record<string, string>;

export interface Target {
  isLocal: boolean;
  outputs: Outputs;
  close(): Promise<void>;
}

/** E2E_TARGET: `local` (default), `aws` (the stack E2E_STACK, by your credentials), or a file of outputs. */
export async function startTarget(): Promise<Target> {
  const wanted = process.env.E2E_TARGET ?? 'local';
  if (wanted === 'local') return startLocal();
  const outputs = wanted === 'aws' ? await stackOutputs() : (JSON.parse(await readFile(wanted, 'utf8')) as Outputs);
  return { isLocal: outputs.is_local === 'true', outputs, close: async () => undefined };
}

async function startLocal(): Promise<Target> {
  const [assembly, engine] = await Promise.all([synthesize(PUSH_CONTEXT), startDynamoDbEngine()]);
  const lines: string[] = [];
  const runtime = await startRuntime({
    assembly,
    engine,
    port: 0,
    awsPort: 0,
    log: (line) => lines.push(line),
    ...(process.env.E2E_VERBOSE && {
      functionLog: ({ function: name, line }) => process.stderr.write(`${name} ${line}\n`),
    }),
  });
  return {
    isLocal: true,
    outputs: runtime.outputs(),
    async close() {
      await runtime.close();
      await engine.close();
    },
  };
}

/** CloudFormation's outputs, in the names of GET /_local/outputs. */
async function stackOutputs(): Promise<Outputs> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient();
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: process.env.E2E_STACK ?? 'Carillon' }));
  const found = Object.fromEntries(
    (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
      OutputKey.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase(),
      OutputValue,
    ]),
  );
  return { ...found, ws_url: found.web_socket_url ?? '', region: await client.config.region() };
}
