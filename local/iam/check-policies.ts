// Looks over every policy of the stack when it is loaded, so that one we can't evaluate stops the start, not a call.
import type { Stack } from '../stack.ts';
import { checkStatements } from './compiled-statement.ts';
import { documentStatements, roleStatements } from './role-statements.ts';

/** Throws naming the first policy with a statement `isAllowed` could not evaluate, or a role with an unknown AWS policy. */
export function checkPolicies(stack: Stack): void {
  for (const { logicalId, type, properties } of stack.resources) {
    if (type === 'AWS::IAM::Role') {
      roleStatements(stack, logicalId);
      checkStatements(documentStatements(properties.AssumeRolePolicyDocument), `${logicalId}, trust policy`);
    } else if (type === 'AWS::Events::EventBusPolicy') {
      checkStatements([properties.Statement].flat(), logicalId);
    } else if (properties.PolicyDocument !== undefined) {
      checkStatements(documentStatements(properties.PolicyDocument), logicalId);
    }
  }
}
