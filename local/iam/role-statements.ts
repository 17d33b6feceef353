// What a role of the stack may do: its inline policies, the policies attached to it, and the AWS managed ones we know.
import { isObject } from '../is-object.ts';
import type { Resource, Stack } from '../stack.ts';
import { checkIdentityStatements, checkStatements } from './compiled-statement.ts';
import { trusts } from './evaluate.ts';
import type { Statement } from './principal.ts';

const logsActions = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const onEverything = (...actions: string[]): Statement[] => [{ Effect: 'Allow', Action: actions, Resource: '*' }];

/**
 * AWS's own policies as published. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 * Another one: copy its statements from that page.
 */
const AWS_MANAGED: Record<string, Statement[]> = {
  'service-role/AWSLambdaBasicExecutionRole': onEverything(...logsActions),
  'service-role/AWSLambdaSQSQueueExecutionRole': onEverything(
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    ...logsActions,
  ),
  AWSXRayDaemonWriteAccess: onEverything(
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ),
};

/** `role` is a logical id, a name or an ARN. Every statement has been checked to be one `isAllowed` can evaluate. */
export function roleStatements(stack: Stack, role: string): Statement[] {
  const resource = findRole(stack, role);
  const statements: Statement[] = [];
  const add = (where: string, document: unknown) => {
    const found = documentStatements(document);
    checkIdentityStatements(found, where);
    statements.push(...found);
  };
  const { Policies, ManagedPolicyArns, PermissionsBoundary } = resource.properties;
  if (PermissionsBoundary !== undefined) {
    throw new Error(
      `${resource.logicalId} (AWS::IAM::Role) has a PermissionsBoundary, which is not emulated; remove it`,
    );
  }
  for (const policy of Policies ?? []) add(`${resource.logicalId}, policy ${policy.PolicyName}`, policy.PolicyDocument);
  const attached = new Set<string>(ManagedPolicyArns);
  for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']) {
    for (const policy of stack.ofType(type)) {
      const { Roles, RoleName, PolicyDocument } = policy.properties;
      const names: string[] = Roles ?? (RoleName === undefined ? [] : [RoleName]);
      if (names.includes(resource.ref) || attached.has(policy.ref)) add(policy.logicalId, PolicyDocument);
    }
  }
  for (const arn of attached) statements.push(...awsManaged(stack, resource, arn));
  return statements;
}

/** Whether the role's trust policy lets a service assume it, e.g. `scheduler.amazonaws.com` with `aws:SourceArn`. */
export function assumableBy(
  stack: Stack,
  role: string,
  servicePrincipal: string,
  context: Record<string, string> = {},
): boolean {
  const resource = findRole(stack, role);
  const statements = documentStatements(resource.properties.AssumeRolePolicyDocument);
  checkStatements(statements, `${resource.logicalId}, trust policy`);
  const permission = { action: 'sts:AssumeRole', resource: resource.attributes.Arn ?? resource.ref, context };
  return trusts(statements, servicePrincipal, permission);
}

interface PolicyDocument {
  Statement?: Statement | Statement[];
}

/** The statements of a policy document, whose Statement may be one or a list. */
export function documentStatements(document: unknown): Statement[] {
  const { Statement: statements }: PolicyDocument = isObject(document) ? document : {};
  if (statements === undefined) return [];
  return Array.isArray(statements) ? statements : [statements];
}

function findRole(stack: Stack, role: string): Resource {
  const roles = stack.ofType('AWS::IAM::Role');
  const found = roles.find(({ logicalId }) => logicalId === role) ?? stack.find('AWS::IAM::Role', role);
  if (found) return found;
  const known = roles.map(({ logicalId }) => logicalId).join(', ') || 'none';
  throw new Error(`there is no role ${role} in the stack ${stack.stackName}; its roles are: ${known}`);
}

function awsManaged(stack: Stack, role: Resource, arn: string): Statement[] {
  if (stack.find('AWS::IAM::ManagedPolicy', arn)) return [];
  const name = /^arn:aws:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
  const statements = name === undefined ? undefined : AWS_MANAGED[name];
  if (statements) return statements;
  throw new Error(
    `${role.logicalId} (AWS::IAM::Role) has the managed policy ${arn}, whose statements the local runtime does not know; ` +
      'write the permissions into the stack, or add the policy to AWS_MANAGED in local/iam/role-statements.ts',
  );
}
