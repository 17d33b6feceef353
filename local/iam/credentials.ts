// The access keys this start of the runtime knows: the operator's, and temporary ones for each function.
import { randomBytes } from 'node:crypto';
import type { Principal } from './principal.ts';

export interface Credential {
  accessKeyId: string;
  secretAccessKey: string;
  /** Temporary credentials, as functions have them, come with one. */
  sessionToken?: string;
}

export interface KnownKey {
  principal: Principal;
  secret: string;
  sessionToken?: string;
}

export interface Credentials {
  /** The local administrator's keys: the AWS CLI, SDKs and tests use them. */
  operator: Credential;
  operatorPrincipal: Principal;
  /** Temporary keys that make a call this principal's own. */
  issue(principal: Principal): Required<Credential>;
  find(accessKeyId: string): KnownKey | undefined;
}

export function createCredentials({
  accountId,
  operator = { accessKeyId: keyId('AKIA'), secretAccessKey: secret() },
}: {
  accountId: string;
  operator?: Credential;
}): Credentials {
  const operatorPrincipal: Principal = {
    name: 'operator',
    arn: `arn:aws:iam::${accountId}:user/operator`,
    statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  };
  const keys = new Map<string, KnownKey>();
  const remember = (principal: Principal, { accessKeyId, secretAccessKey, sessionToken }: Credential) => {
    keys.set(accessKeyId, { principal, secret: secretAccessKey, ...(sessionToken ? { sessionToken } : {}) });
  };
  remember(operatorPrincipal, operator);
  return {
    operator,
    operatorPrincipal,
    issue(principal) {
      const issued = { accessKeyId: keyId('ASIA'), secretAccessKey: secret(), sessionToken: secret() };
      remember(principal, issued);
      return issued;
    },
    find: (accessKeyId) => keys.get(accessKeyId),
  };
}

/** AWS's shape of a key id: AKIA (lasting) or ASIA (temporary) and 16 of A–Z, 2–7. */
function keyId(prefix: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return prefix + Array.from(randomBytes(16), (byte) => alphabet[byte % 32]).join('');
}

const secret = () => randomBytes(30).toString('base64');
