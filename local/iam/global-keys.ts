// The global condition keys: which of them every call has here, which it lacks, and which are not emulated.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
import type { Principal } from './principal.ts';

/** What a call brings beside its permission. */
export interface CallFacts {
  /** The movable clock's time. Default: now. */
  nowMs?: number;
  userAgent?: string;
}
type Read = (principal: Principal, resource: string, call: CallFacts) => string | undefined;

const LOCAL_REGION = 'us-east-1';
const unlessService =
  (read: (principal: Principal) => string | undefined): Read =>
  (principal) =>
    principal.servicePrincipal ? undefined : read(principal);

const READ = new Map<string, Read>(
  Object.entries({
    'aws:CurrentTime': (_, __, { nowMs = Date.now() }) => new Date(nowMs).toISOString(),
    'aws:EpochTime': (_, __, { nowMs = Date.now() }) => String(Math.floor(nowMs / 1000)),
    'aws:PrincipalAccount': unlessService(({ arn }) => arn.split(':')[4]),
    'aws:PrincipalArn': unlessService(({ arn }) => roleArn(arn)),
    'aws:PrincipalIsAWSService': ({ servicePrincipal }) => String(servicePrincipal !== undefined),
    'aws:PrincipalServiceName': ({ servicePrincipal }) => servicePrincipal,
    'aws:PrincipalType': unlessService(({ arn }) => (isSession(arn) ? 'AssumedRole' : 'User')),
    'aws:RequestedRegion': (_, resource) => resource.split(':')[3] || LOCAL_REGION,
    'aws:ResourceAccount': (_, resource) => resource.split(':')[4] || undefined,
    // Plain HTTP on the loopback counts as TLS, or every policy that enforces TLS would refuse.
    'aws:SecureTransport': () => 'true',
    'aws:SourceIp': unlessService(() => '127.0.0.1'),
    'aws:UserAgent': (_, __, { userAgent }) => userAgent,
    // A role's is its id and the name of the session. Ids are made up here, from the name.
    'aws:userid': unlessService(({ arn }) => `LOCAL:${arn.split('/').at(-1)}`),
    'aws:username': unlessService(({ arn }) => (isSession(arn) ? undefined : arn.split('/').at(-1))),
    // The services of this machine never call with a caller's credentials.
    'aws:ViaAWSService': () => 'false',
  } satisfies Record<string, Read>).map(([key, read]) => [key.toLowerCase(), read]),
);

/**
 * AWS gives them to some calls only: what the call brings itself, or what no call here can have (organizations, VPCs).
 */
const ABSENT = new Set(
  [
    ...['aws:SourceArn', 'aws:SourceAccount', 'aws:SourceOrgID', 'aws:SourceOrgPaths', 'aws:SourceOwner'],
    ...['aws:PrincipalOrgID', 'aws:PrincipalOrgPaths', 'aws:ResourceOrgID', 'aws:ResourceOrgPaths'],
    ...[
      'aws:SourceVpc',
      'aws:SourceVpcArn',
      'aws:SourceVpce',
      'aws:VpcSourceIp',
      'aws:CalledVia',
      'aws:CalledViaFirst',
    ],
    ...['aws:CalledViaLast', 'aws:FederatedProvider', 'aws:SourceIdentity', 'aws:referer'],
  ].map((key) => key.toLowerCase()),
);

/**
 * Throws for a global key that AWS would give a value and this runtime doesn't: the condition would decide otherwise.
 */
export function checkGlobalKey(key: string): void {
  const name = key.toLowerCase();
  if (!name.startsWith('aws:') || READ.has(name) || ABSENT.has(name)) return;
  throw new Error(`the global condition key ${key} is not emulated; remove the condition`);
}

/** `key` in lower case: names of keys ignore case. */
export function globalKey(key: string, principal: Principal, resource: string, call: CallFacts): string | undefined {
  return READ.get(key)?.(principal, resource, call);
}

/** `…:sts::A:assumed-role/ROLE/session` → `…:iam::A:role/ROLE`; other ARNs are left alone. */
export function roleArn(arn: string): string {
  const session = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  return session ? `arn:aws:iam::${session[1]}:role/${session[2]}` : arn;
}

function isSession(arn: string): boolean {
  return roleArn(arn) !== arn || /:role\//.test(arn);
}
