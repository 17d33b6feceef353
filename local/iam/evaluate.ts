// Decides whether a call is allowed, by IAM's logic for one account: an explicit deny wins, then either side may allow.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
import { checkedResource } from '../../iam-reference/statement-problems.ts';
import { type CompiledStatement, compiledStatement } from './compiled-statement.ts';
import type { ContextOf } from './condition.ts';
import { type CallFacts, globalKey, roleArn } from './global-keys.ts';
import type { Permission, Principal, Statement } from './principal.ts';

export { checkStatements } from './compiled-statement.ts';

export interface Decision {
  allowed: boolean;
  /** In AWS's own words when refused. */
  why: string;
}

const ALLOWED: Decision = { allowed: true, why: '' };

export function isAllowed(principal: Principal, permission: Permission, call: CallFacts = {}): Decision {
  const action = permission.action.toLowerCase();
  const contextOf = requestContext(principal, permission, call);
  const resource = checkedResource(permission.action, permission.resource);
  if (resource === undefined) return refuse(principal, permission, 'because AWS has no such action');
  const applies = (statement: CompiledStatement) =>
    statement.action(action) && statement.resource(resource) && (statement.condition?.(contextOf) ?? true);

  let identityAllows = false;
  for (const statement of principal.servicePrincipal ? [] : principal.statements) {
    const compiled = compiledStatement(statement);
    if (!applies(compiled)) continue;
    if (compiled.deny) return refuse(principal, permission, 'with an explicit deny in an identity-based policy');
    identityAllows = true;
  }
  let resourceAllows = false;
  for (const statement of permission.resourcePolicy ?? []) {
    const compiled = compiledStatement(statement);
    if (!isAbout(compiled, principal) || !applies(compiled)) continue;
    if (compiled.deny) return refuse(principal, permission, 'with an explicit deny in a resource-based policy');
    resourceAllows = true;
  }
  if (identityAllows || resourceAllows) return ALLOWED;
  const kind = principal.servicePrincipal ? 'resource-based' : 'identity-based';
  return refuse(principal, permission, `because no ${kind} policy allows the ${permission.action} action`);
}

function refuse(principal: Principal, { action, resource }: Permission, because: string): Decision {
  const who = principal.servicePrincipal ? `Service: ${principal.servicePrincipal}` : `User: ${principal.arn}`;
  return { allowed: false, why: `${who} is not authorized to perform: ${action} on resource: ${resource} ${because}` };
}

/**
 * A service's roles trust it the same way a queue trusts a bus: a policy of the resource names the service.
 */
export function trusts(policy: Statement[], servicePrincipal: string, permission: Permission): boolean {
  const service: Principal = { name: servicePrincipal, arn: servicePrincipal, statements: [], servicePrincipal };
  return isAllowed(service, { ...permission, resourcePolicy: policy }).allowed;
}

function isAbout({ principals, deny }: CompiledStatement, principal: Principal): boolean {
  if (!principals) return false;
  if (principals.everyone) return true;
  if (principal.servicePrincipal) return principals.services.includes(principal.servicePrincipal);
  if (principals.aws.length === 0) return false;
  const role = roleArn(principal.arn);
  const account = principal.arn.split(':')[4] ?? '';
  return principals.aws.some((named) => {
    if (named === principal.arn || named === role) return true;
    // Naming the account allows nobody by itself, it lets identity policies decide; but a deny reaches everyone in it.
    return deny && (named === account || named === `arn:aws:iam::${account}:root`);
  });
}

/** The request's own condition keys first (their names ignore case), then the global ones a local call can know. */
function requestContext(principal: Principal, { context, resource }: Permission, call: CallFacts): ContextOf {
  let own: Map<string, string | string[]> | undefined;
  return (key) => {
    own ??= new Map(Object.entries(context ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
    const wanted = key.toLowerCase();
    return own.get(wanted) ?? globalKey(wanted, principal, resource, call);
  };
}
