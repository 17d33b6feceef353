// Finds the stack a command is for: the one that runs on this machine, or a deployed one by its name.
import { readRuntimeFile } from '../local/runtime-file.ts';

/** In the names of GET /_local/outputs, wherever the stack is. */
export type Outputs = Record<string, string>;

const DEFAULT_PORT = 4280;
const WITHIN_MS = 10_000;

export async function findStack(stackName?: string): Promise<Outputs> {
  return stackName === undefined ? localOutputs() : deployedOutputs(stackName);
}

/** PORT chooses among several; otherwise it is the one that was started last. */
async function localOutputs(): Promise<Outputs> {
  const running = process.env.PORT === undefined ? readRuntimeFile() : undefined;
  const base = running?.outputs.http_url ?? `http://127.0.0.1:${process.env.PORT ?? DEFAULT_PORT}`;
  const response = await fetch(`${base}/_local/outputs`, { signal: AbortSignal.timeout(WITHIN_MS) }).catch(
    (error: unknown) => {
      throw new Error(`No local runtime answers at ${base}. Start it with: npm start`, { cause: error });
    },
  );
  const outputs = (await response.json().catch(() => ({}))) as Outputs;
  if (response.ok && outputs.is_local === 'true') return outputs;
  throw new Error(`No local runtime answers at ${base}: another program uses the port. Set PORT to the runtime's.`);
}

export async function deployedOutputs(stackName: string): Promise<Outputs> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient();
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const outputs = Object.fromEntries(
      (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
        OutputKey.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase(),
        OutputValue,
      ]),
    );
    return { ...outputs, ws_url: outputs.web_socket_url ?? '', region: await client.config.region() };
  } catch (error) {
    throw new Error(`The stack ${stackName} was not found: ${(error as Error).message}. ${whatToDo()}`, {
      cause: error,
    });
  } finally {
    client.destroy();
  }
}

function whatToDo(): string {
  const endpoint = process.env.AWS_ENDPOINT_URL ?? '';
  if (/^https?:\/\/(127\.|localhost)/.test(endpoint))
    return `AWS_ENDPOINT_URL is ${endpoint}, the local runtime: use a terminal without it.`;
  return 'Check the name, AWS_REGION and your AWS credentials; they need cloudformation:DescribeStacks.';
}
