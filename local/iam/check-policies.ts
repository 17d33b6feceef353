// Looks over every policy of the stack when it is loaded, so that one we can't evaluate stops the start, not a call.
import { statementProblems } from '../../iam-reference/statement-problems.ts';
import type { Stack } from '../stack.ts';
import { checkIdentityStatements, checkStatements } from './compiled-statement.ts';
import type { Statement } from './principal.ts';
import { documentStatements, roleStatements } from './role-statements.ts';

/**
 * Throws naming the first policy with a statement `isAllowed` could not evaluate, or one that could never allow
 * anything on AWS, or a role with an unknown AWS policy.
 */
export function checkPolicies(stack: Stack): void {
  for (const { logicalId, type, properties } of stack.resources) {
    if (type === 'AWS::IAM::Role') {
      roleStatements(stack, logicalId);
      checkStatements(documentStatements(properties.AssumeRolePolicyDocument), `${logicalId}, trust policy`);
      for (const policy of properties.Policies ?? []) {
        checkAgainstReference(documentStatements(policy.PolicyDocument), `${logicalId}, policy ${policy.PolicyName}`);
      }
    } else if (type === 'AWS::Events::EventBusPolicy') {
      checkStatements([properties.Statement].flat(), logicalId);
    } else if (properties.PolicyDocument !== undefined) {
      const statements = documentStatements(properties.PolicyDocument);
      const check = type.startsWith('AWS::IAM::') ? checkIdentityStatements : checkStatements;
      check(statements, logicalId);
      checkAgainstReference(statements, logicalId);
    }
  }
}

/** What AWS would refuse on the first call must not work here. */
function checkAgainstReference(statements: Statement[], where: string): void {
  for (const { Effect, Action, Resource } of statements) {
    if (Effect !== 'Allow' || Action === undefined || Resource === undefined) continue;
    const problems = statementProblems([Action].flat(), [Resource].flat());
    const problem = problems.find(({ kind }) => kind !== 'other-resource');
    if (problem) throw new Error(`${where}: a statement ${problem.text}`);
  }
}
