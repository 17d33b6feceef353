// What an API is called in the console: after its stack, so that the APIs of two stacks in one account have different
// names.
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** e.g. `Carillon-Service-WebSocket`: the stack's name, then the path of the construct within the stack. */
export function apiName(scope: Construct): string {
  const stack = Stack.of(scope);
  const path = scope.node.path.slice(stack.node.path.length).split('/').filter(Boolean);
  return [stack.stackName, ...path].join('-');
}
