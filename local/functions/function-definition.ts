// What the template says about a function, read once; a property that changes behaviour and isn't emulated is an error.

import type { Principal } from '../iam/principal.ts';
import { roleStatements } from '../iam/role-statements.ts';
import type { Resource, Stack } from '../stack.ts';
import { assertSupported } from '../support/check.ts';
import { assetFolder } from './asset-folder.ts';
import { functionName } from './function-name.ts';
import { functionsSupport } from './support.ts';

export interface FunctionDefinition {
  /** Short name, e.g. `dispatch`. */
  name: string;
  /** AWS's FunctionName. */
  functionName: string;
  arn: string;
  bundleDir: string;
  /** `index.handler` */
  handler: string;
  /** `nodejs24.x` */
  runtime: string;
  memoryMb: number;
  timeoutMs: number;
  variables: Record<string, string>;
  reservedConcurrency?: number;
  /** X-Ray's active tracing. */
  traced: boolean;
  logGroup: string;
  /** Acts with the function's role. */
  principal: Principal;
}

export function functionDefinition(resource: Resource, stack: Stack, assemblyDir: string): FunctionDefinition {
  const { properties, ref, logicalId } = resource;
  const refuse = (what: string) => {
    throw new Error(`${logicalId} (AWS::Lambda::Function): ${what} is not emulated by the local runtime`);
  };
  assertSupported(resource, functionsSupport.types);
  const variables: Record<string, string> = Object.fromEntries(
    Object.entries(properties.Environment?.Variables ?? {}).map(([name, value]) => [name, String(value)]),
  );
  if (![undefined, '', '--enable-source-maps'].includes(variables.NODE_OPTIONS)) {
    refuse(`NODE_OPTIONS ${variables.NODE_OPTIONS} (only --enable-source-maps)`);
  }
  const arn = resource.attributes.Arn ?? `arn:aws:lambda:${stack.region}:${stack.accountId}:function:${ref}`;
  const name = functionName(resource);
  const role = stack.find('AWS::IAM::Role', String(properties.Role));
  if (!role) throw new Error(`${logicalId} (AWS::Lambda::Function): its role ${properties.Role} is not in the stack`);
  const reserved = properties.ReservedConcurrentExecutions;
  return {
    name,
    functionName: ref,
    arn,
    bundleDir: assetFolder(resource, assemblyDir),
    handler: properties.Handler,
    runtime: properties.Runtime,
    // AWS's defaults: 128 MB and 3 s.
    memoryMb: Number(properties.MemorySize ?? 128),
    timeoutMs: Number(properties.Timeout ?? 3) * 1000,
    variables,
    ...(reserved === undefined ? {} : { reservedConcurrency: Number(reserved) }),
    traced: properties.TracingConfig?.Mode === 'Active',
    logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${ref}`,
    principal: {
      name,
      arn: `arn:aws:sts::${stack.accountId}:assumed-role/${role.ref}/${ref}`,
      statements: roleStatements(stack, role.logicalId),
    },
  };
}
