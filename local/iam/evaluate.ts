// Decides whether a call is allowed, by IAM's logic for one account: an explicit deny wins, then either side may allow.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
import { checkedResource } from '../../iam-reference/statement-problems.ts';
import { type CompiledStatement, compiledStatement } from './compiled-statement.ts';
import type { ContextOf } from './condition.ts';
import type { Permission, Principal, Statement } from './principal.ts';

export { checkStatements } from './compiled-statement.ts';

export interface Decision {
  allowed: boolean;
  /** In AWS's own words when refused. */
  why: string;
}

const ALLOWED: Decision = { allowed: true, why: '' };

/** `nowMs` feeds conditions on aws:CurrentTime; give the movable clock's time. */
export function isAllowed(principal: Principal, permission: Permission, nowMs?: number): Decision {
  const action = permission.action.toLowerCase();
  const contextOf = requestContext(principal, permission, nowMs);
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
 * `nowMs` as in isAllowed.
 */
export function trusts(policy: Statement[], servicePrincipal: string, permission: Permission, nowMs?: number): boolean {
  const service: Principal = { name: servicePrincipal, arn: servicePrincipal, statements: [], servicePrincipal };
  return isAllowed(service, { ...permission, resourcePolicy: policy }, nowMs).allowed;
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

/** `…:sts::A:assumed-role/ROLE/session` → `…:iam::A:role/ROLE`; other ARNs are left alone. */
function roleArn(arn: string): string {
  const session = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  return session ? `arn:aws:iam::${session[1]}:role/${session[2]}` : arn;
}

/** The request's own condition keys first (their names ignore case), then the global ones a local call can know. */
function requestContext(principal: Principal, { context, resource }: Permission, nowMs?: number): ContextOf {
  let own: Map<string, string | string[]> | undefined;
  return (key) => {
    own ??= new Map(Object.entries(context ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
    const wanted = key.toLowerCase();
    return own.get(wanted) ?? globalKey(wanted, principal, resource, nowMs);
  };
}

function globalKey(key: string, principal: Principal, resource: string, nowMs = Date.now()): string | undefined {
  switch (key) {
    // Plain HTTP on the loopback stands for TLS, or every policy that enforces TLS would refuse.
    case 'aws:securetransport':
      return 'true';
    case 'aws:currenttime':
      return new Date(nowMs).toISOString();
    case 'aws:epochtime':
      return String(Math.floor(nowMs / 1000));
    case 'aws:principalisawsservice':
      return String(principal.servicePrincipal !== undefined);
    case 'aws:principalservicename':
      return principal.servicePrincipal;
    case 'aws:principalarn':
      return principal.servicePrincipal ? undefined : roleArn(principal.arn);
    case 'aws:principalaccount':
      return principal.servicePrincipal ? undefined : principal.arn.split(':')[4];
    case 'aws:resourceaccount':
      return resource.split(':')[4] || undefined;
    case 'aws:sourceip':
      return principal.servicePrincipal ? undefined : '127.0.0.1';
    default:
      return undefined;
  }
}
