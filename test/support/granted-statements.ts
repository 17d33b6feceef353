// What the roles of the functions grant, and which calls need which grant: judged by the same evaluator that decides
// calls.
import { isAllowed } from '../../local/iam/evaluate.ts';
import type { Principal, Statement } from '../../local/iam/principal.ts';
import type { Runtime } from '../../local/runtime.ts';

export interface CallRecord {
  function: string;
  operation: string;
  permissions: { action: string; resource: string }[];
  allowed: boolean;
}

export interface Grant {
  functionName: string;
  principal: Principal;
  statement: Statement;
  /** For people: who, what, where. */
  name: string;
}

export const FUNCTION_NAMES = ['authorize', 'socket', 'inbox', 'dispatch', 'fanout'];

const list = (value: string | string[] | undefined): string[] => [value ?? []].flat();

export function grantsOf(runtime: Runtime): Grant[] {
  return FUNCTION_NAMES.flatMap((functionName) => {
    const principal = runtime.principalOf(functionName);
    return principal.statements.map((statement) => {
      const resources = list(statement.Resource).map((resource) => resource.split(':').slice(5).join(':') || resource);
      return {
        functionName,
        principal,
        statement,
        name: `${functionName}: ${list(statement.Action).join(', ')} on ${resources.join(', ')}`,
      };
    });
  });
}

/** Conditions are left out: they hold for the calls that were made, and only these are asked about. */
function permits(
  statement: Statement,
  who: Principal,
  { action, resource }: { action: string; resource: string },
): boolean {
  const { Condition: _condition, ...plain } = statement;
  return isAllowed({ ...who, statements: [plain] }, { action, resource }).allowed;
}

/** Whether the call would be refused if the role had all its statements but this one. */
export function needs(call: CallRecord, { functionName, principal, statement }: Grant): boolean {
  if (call.function !== functionName) return false;
  const others = principal.statements.filter((other) => other !== statement);
  return call.permissions.some(
    (permission) =>
      permits(statement, principal, permission) && !others.some((other) => permits(other, principal, permission)),
  );
}

/** Actions and resources of a statement that no call used. */
export function unused({ functionName, principal, statement }: Grant, calls: readonly CallRecord[]): string[] {
  const made = calls.filter((call) => call.function === functionName).flatMap((call) => call.permissions);
  const idle = (part: Partial<Statement>) =>
    !made.some((permission) => permits({ ...statement, ...part }, principal, permission));
  return [
    ...list(statement.Action).filter((action) => idle({ Action: action })),
    ...list(statement.Resource).filter((resource) => idle({ Resource: resource })),
  ];
}
