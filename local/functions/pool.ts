// Lambda: runs the template's functions from their built bundles, each in worker threads of its own.
import { AwsError } from '../aws/aws-error.ts';
import type { Principal } from '../iam/principal.ts';
import type { Functions, Stack } from '../stack.ts';
import { functionDefinition } from './function-definition.ts';
import { type FunctionPool, type FunctionStats, functionPool } from './function-pool.ts';
import type { FunctionsDeps } from './functions-deps.ts';

export interface RunningFunctions extends Functions {
  /** Who a function is to AWS: all of its calls, its event source's too, are made as this principal. */
  principalOf(functionName: string): Principal;
  /** Ends every sandbox of a function at once, in the middle of whatever it does. Returns how many there were. */
  kill(functionName: string): Promise<number>;
  /** Starts a sandbox of every function, so that the first invocations find one loaded. */
  warm(): Promise<void>;
  /** By short name, since the start or the last resetStats. */
  stats(): Record<string, FunctionStats>;
  resetStats(): void;
  close(): Promise<void>;
}

/** A developer's machine has few cores; four at a time show every concurrency problem (our choice). */
const MAX_WORKERS = 4;

export function createFunctions(stack: Stack, deps: FunctionsDeps): RunningFunctions {
  const pools = new Map<string, FunctionPool>();
  const byAnyName = new Map<string, FunctionPool>();
  for (const resource of stack.ofType('AWS::Lambda::Function')) {
    const definition = functionDefinition(resource, stack, deps.assemblyDir);
    const pool = functionPool({
      ...deps,
      definition,
      region: stack.region,
      accountId: stack.accountId,
      maxWorkers: deps.maxWorkers ?? MAX_WORKERS,
    });
    const taken = pools.get(definition.name);
    if (taken) throw new Error(`two functions are named ${definition.name}: ${definition.functionName} is the second`);
    pools.set(definition.name, pool);
    for (const name of [definition.name, definition.functionName, definition.arn]) byAnyName.set(name, pool);
  }

  const find = (name: string): FunctionPool => {
    const found = byAnyName.get(name) ?? byAnyName.get(name.replace(/:\$LATEST$/, ''));
    if (found) return found;
    const known = [...pools.keys()].join(', ') || 'none';
    throw new AwsError(
      'ResourceNotFoundException',
      `Function not found: ${name}. The stack's functions: ${known}`,
      404,
    );
  };

  return {
    invoke: async (functionArn, event, options = {}) => deps.activity.track(find(functionArn).invoke(event, options)),
    principalOf: (name) => find(name).principal,
    kill: async (name) => find(name).kill(),
    async warm() {
      await Promise.all([...pools.values()].map((pool) => pool.warm()));
    },
    stats: () => Object.fromEntries([...pools].map(([name, pool]) => [name, pool.stats()])),
    resetStats: () => {
      for (const pool of pools.values()) pool.resetStats();
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}
