// IAM's decision: who may do what, and in which words it is refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkIdentityStatements } from '../../../local/iam/compiled-statement.ts';
import { checkStatements, isAllowed } from '../../../local/iam/evaluate.ts';
import type { Permission, Principal, Statement } from '../../../local/iam/principal.ts';
import { wildcard } from '../../../local/iam/wildcard.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:dispatch';
const RULE = 'arn:aws:events:us-east-1:000000000000:rule/bus/requests';
const role = (...statements: Statement[]): Principal => ({
  name: 'dispatch',
  arn: 'arn:aws:sts::000000000000:assumed-role/DispatchRole/dispatch',
  statements,
});
const service = (name: string): Principal => ({ name, arn: name, statements: [], servicePrincipal: name });
const allow = (
  Action: string | string[],
  Resource: string | string[] = '*',
  rest: Partial<Statement> = {},
): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...rest,
});
const deny = (Action: string, rest: Partial<Statement> = {}): Statement => ({
  Effect: 'Deny',
  Action,
  Resource: '*',
  ...rest,
});
const send = (extra: Partial<Permission> = {}): Permission => ({
  action: 'sqs:SendMessage',
  resource: QUEUE,
  ...extra,
});
const may = (principal: Principal, permission: Permission = send()) => isAllowed(principal, permission).allowed;

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
describe('identity policies', () => {
  it('allow what they name and nothing else', () => {
    expect(may(role(allow('sqs:SendMessage', QUEUE)))).toBe(true);
    expect(may(role(allow('SQS:sendmessage', QUEUE)))).toBe(true);
    expect(may(role(allow('sqs:Send*', `${QUEUE.slice(0, -4)}????`)))).toBe(true);
    expect(may(role(allow('sqs:SendMessage', QUEUE.toUpperCase())))).toBe(false);
    expect(may(role(allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], QUEUE)))).toBe(false);
    expect(may(role())).toBe(false);
  });
  it('refuse in the words of AWS', () => {
    expect(isAllowed(role(), send()).why).toBe(
      `User: arn:aws:sts::000000000000:assumed-role/DispatchRole/dispatch is not authorized to perform: sqs:SendMessage on ` +
        `resource: ${QUEUE} because no identity-based policy allows the sqs:SendMessage action`,
    );
    expect(isAllowed(role(allow('*'), deny('sqs:*')), send()).why).toMatch(
      /with an explicit deny in an identity-based policy$/,
    );
  });
  it('deny before they allow, whatever the order', () => {
    expect(may(role(deny('sqs:*'), allow('*')))).toBe(false);
    expect(may(role(allow('*'), deny('sqs:*')))).toBe(false);
    expect(may(role(allow('*'), deny('events:*')))).toBe(true);
  });
  it('understand NotAction and NotResource', () => {
    expect(may(role({ Effect: 'Allow', NotAction: 'sqs:*', Resource: '*' }))).toBe(false);
    expect(may(role({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }))).toBe(true);
    expect(may(role({ Effect: 'Allow', Action: '*', NotResource: `${QUEUE}*` }))).toBe(false);
    expect(may(role({ Effect: 'Allow', Action: '*', NotResource: `${QUEUE}-other` }))).toBe(true);
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-req-context.html
describe('resource policies', () => {
  const trusting = (Principal: unknown, rest: Partial<Statement> = {}) =>
    send({ resourcePolicy: [allow('sqs:*', QUEUE, { Principal, ...rest })] });

  it('allow a caller of the same account who has no identity policy', () => {
    expect(may(role(), trusting('*'))).toBe(true);
    expect(may(role(), trusting({ AWS: '*' }))).toBe(true);
    expect(may(role(), trusting({ AWS: 'arn:aws:iam::000000000000:role/DispatchRole' }))).toBe(true);
    expect(may(role(), trusting({ AWS: ['arn:aws:iam::000000000000:role/Other'] }))).toBe(false);
    expect(may(role(), trusting({ Service: 'events.amazonaws.com' }))).toBe(false);
  });
  it('naming the account leave it to the identity policies', () => {
    expect(may(role(), trusting({ AWS: 'arn:aws:iam::000000000000:root' }))).toBe(false);
    expect(may(role(allow('sqs:*')), trusting({ AWS: '000000000000' }))).toBe(true);
    const denied = send({ resourcePolicy: [deny('*', { Principal: { AWS: '000000000000' } })] });
    expect(may(role(allow('sqs:*')), denied)).toBe(false);
  });
  it('are the only way for a service, with its conditions', () => {
    const policy = trusting(
      { Service: 'events.amazonaws.com' },
      { Condition: { ArnEquals: { 'aws:SourceArn': RULE } } },
    );
    const from = (source: string) => ({ ...policy, context: { 'aws:SourceArn': source } });
    expect(may(service('events.amazonaws.com'), from(RULE))).toBe(true);
    expect(may(service('events.amazonaws.com'), from(`${RULE}2`))).toBe(false);
    expect(may(service('events.amazonaws.com'), policy)).toBe(false);
    expect(may(service('sns.amazonaws.com'), from(RULE))).toBe(false);
    expect(may({ ...service('events.amazonaws.com'), statements: [allow('*')] })).toBe(false);
    expect(isAllowed(service('sns.amazonaws.com'), policy).why).toMatch(
      /^Service: sns.* because no resource-based policy/,
    );
  });
  it('that ask for TLS let local calls pass', () => {
    for (const operator of ['Bool', 'BoolIfExists']) {
      const tlsOnly = deny('sqs:*', { Principal: '*', Condition: { [operator]: { 'aws:SecureTransport': 'false' } } });
      expect(may(role(allow('sqs:*')), send({ resourcePolicy: [tlsOnly] }))).toBe(true);
    }
  });
  it('without a principal are about nobody', () => {
    expect(may(role(), send({ resourcePolicy: [allow('*')] }))).toBe(false);
  });
});

describe('conditions', () => {
  const holds = (Condition: Statement['Condition'], context: Permission['context'] = {}) =>
    may(role(allow('*', '*', { Condition })), send({ context }));
  const k = (value: string | string[]) => ({ 'x:K': value });

  it.each<[string, string | string[], string | string[] | undefined, boolean]>([
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', 'a', undefined, false],
    ['StringEqualsIfExists', 'a', undefined, true],
    ['StringEqualsIfExists', 'a', 'b', false],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', 'a', undefined, true],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringLike', 'user/*', 'user/1', true],
    ['StringLike', 'user/?', 'user/12', false],
    ['StringNotLike', 'user/*', 'user/1', false],
    ['ArnLike', 'arn:aws:events:*:000000000000:rule/bus/*', RULE, true],
    ['ArnEquals', 'arn:aws:*:rule/bus/requests', RULE, false],
    ['ArnLike', '*', RULE, true],
    ['ArnNotLike', 'arn:aws:events:*:*:rule/*', RULE, false],
    ['ArnNotEquals', RULE, `${RULE}2`, true],
    ['Bool', 'true', 'TRUE', true],
    ['Bool', 'true', 'false', false],
    ['Null', 'true', undefined, true],
    ['Null', 'true', 'a', false],
    ['Null', 'false', 'a', true],
    ['NumericEquals', '10', '10.0', true],
    ['NumericNotEquals', '10', '11', true],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '10', 'eleven', false],
    ['NumericGreaterThanEquals', '10', '10', true],
    ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', true],
    ['DateGreaterThan', '1767225600', '2026-01-01T00:00:01Z', true],
    ['DateEquals', '1767225600', '2026-01-01T00:00:00Z', true],
    ['IpAddress', '10.0.0.0/8', '10.1.2.3', true],
    ['IpAddress', '10.0.0.0/8', '11.1.2.3', false],
    ['IpAddress', '10.0.0.1', '::1', false],
    ['IpAddress', 'fd00::/8', 'fd12::1', true],
    ['NotIpAddress', '10.0.0.0/8', '11.1.2.3', true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', 'a', undefined, true],
    ['ForAllValues:StringLike', 'USER#*', [], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], true],
    ['ForAnyValue:StringEquals', 'a', ['c'], false],
    ['ForAnyValue:StringEquals', 'a', undefined, false],
    ['ForAnyValue:StringNotEquals', 'a', ['a', 'c'], true],
    ['StringEquals', 'a', ['a'], true],
    ['StringEquals', 'a', ['a', 'b'], false],
  ])('%s %j of %j is %s', (operator, policy, request, expected) => {
    expect(holds({ [operator]: k(policy) }, request === undefined ? {} : { 'X:k': request })).toBe(expected);
  });
  it('must all hold', () => {
    const condition = { StringEquals: { 'x:A': 'a', 'x:B': 'b' }, Null: { 'x:C': 'true' } };
    expect(holds(condition, { 'x:A': 'a', 'x:B': 'b' })).toBe(true);
    expect(holds(condition, { 'x:A': 'a', 'x:B': 'c' })).toBe(false);
    expect(holds(condition, { 'x:A': 'a', 'x:B': 'b', 'x:C': 'c' })).toBe(false);
  });
  it('know the time they are given', () => {
    const until2030 = role(
      allow('*', '*', { Condition: { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } } }),
    );
    expect(isAllowed(until2030, send(), { nowMs: Date.parse('2029-12-31') }).allowed).toBe(true);
    expect(isAllowed(until2030, send(), { nowMs: Date.parse('2030-01-02') }).allowed).toBe(false);
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
describe('the global condition keys', () => {
  const queue = service('events.amazonaws.com');
  const user: Principal = { name: 'operator', arn: 'arn:aws:iam::000000000000:user/operator', statements: [] };
  const is = (key: string, value: string, principal: Principal) => {
    const condition = { Condition: { StringEquals: { [key]: value } } };
    const resourcePolicy = [{ ...allow('*', '*', condition), Principal: '*' }];
    return isAllowed({ ...principal, statements: [] }, send({ resourcePolicy }), { userAgent: 'aws-sdk-js/3' }).allowed;
  };

  it.each<[key: string, ofRole: string | undefined, ofUser: string | undefined, ofService: string | undefined]>([
    ['aws:RequestedRegion', 'us-east-1', 'us-east-1', 'us-east-1'],
    ['aws:PrincipalType', 'AssumedRole', 'User', undefined],
    ['aws:userid', 'LOCAL:dispatch', 'LOCAL:operator', undefined],
    ['aws:username', undefined, 'operator', undefined],
    ['aws:ViaAWSService', 'false', 'false', 'false'],
    ['aws:UserAgent', 'aws-sdk-js/3', 'aws-sdk-js/3', 'aws-sdk-js/3'],
    ['aws:PrincipalAccount', '000000000000', '000000000000', undefined],
    ['aws:PrincipalArn', 'arn:aws:iam::000000000000:role/DispatchRole', user.arn, undefined],
    ['aws:PrincipalIsAWSService', 'false', 'false', 'true'],
    ['aws:PrincipalServiceName', undefined, undefined, 'events.amazonaws.com'],
    ['aws:ResourceAccount', '000000000000', '000000000000', '000000000000'],
    ['aws:SecureTransport', 'true', 'true', 'true'],
    ['aws:SourceIp', '127.0.0.1', '127.0.0.1', undefined],
    ['aws:SourceVpc', undefined, undefined, undefined],
    ['aws:PrincipalOrgID', undefined, undefined, undefined],
  ])('%s', (key, ofRole, ofUser, ofService) => {
    for (const [principal, value] of [
      [role(), ofRole],
      [user, ofUser],
      [queue, ofService],
    ] as const) {
      if (value !== undefined) expect(is(key.toUpperCase(), value, principal)).toBe(true);
      expect(is(key, 'else', principal)).toBe(false);
      const absent = { Condition: { Null: { [key]: 'true' } } };
      const resourcePolicy = [{ ...allow('*', '*', absent), Principal: '*' }];
      const seen = isAllowed(principal, send({ resourcePolicy }), { userAgent: 'x' }).allowed;
      expect(seen).toBe(value === undefined);
    }
  });

  it.each([
    'aws:PrincipalTag/team',
    'aws:ResourceTag/team',
    'aws:TagKeys',
    'aws:MultiFactorAuthPresent',
    'aws:Nonsense',
  ])('refuses a statement about %s, which is not emulated', (key) => {
    const statement = allow('*', '*', { Condition: { StringEquals: { [key]: 'x' } } });
    expect(() => checkStatements([statement], 'P')).toThrow(`global condition key ${key} is not emulated`);
  });
});

describe('a policy of a role', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
  it('must name resources', () => {
    const { Resource: _, ...statement } = allow('sqs:SendMessage');
    expect(() => checkIdentityStatements([statement], 'P')).toThrow('P: Policy statement must contain resources.');
    expect(() => checkIdentityStatements([{ ...statement, NotResource: QUEUE }], 'P')).not.toThrow();
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
  it('must not name a principal', () => {
    const statement = { ...allow('sqs:SendMessage'), Principal: '*' };
    expect(() => checkIdentityStatements([statement], 'P')).toThrow(/should not specify a principal/);
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
describe('statements that cannot be evaluated are refused by name', () => {
  it.each<[any, RegExp]>([
    [
      allow('*', '*', { Condition: { StringMatches: { 'x:K': 'a' } } }),
      /StringMatches on x:K: the operator is not emulated/,
    ],
    [
      allow('*', '*', { Condition: { StringEquals: { 'x:K': `\${aws:userid}` } } }),
      /policy variables such as \$\{aws:userid\}/,
    ],
    [allow('*', '*', { Condition: { NumericLessThan: { 'x:K': 'ten' } } }), /"ten" is not a value/],
    [allow('*', '*', { Condition: { IpAddress: { 'x:K': 'localhost' } } }), /"localhost" is no IP address/],
    [allow('*', `arn:aws:s3:::b/\${aws:username}`), /policy variable/],
    [allow('SendMessage'), /"sendmessage" must be written as service:Action/],
    [{ Effect: 'Maybe', Action: '*', Resource: '*' }, /Effect must be Allow or Deny/],
    [{ Effect: 'Allow', Resource: '*' }, /exactly one of Action and NotAction/],
    [{ ...allow('*'), NotAction: '*' }, /exactly one of Action and NotAction/],
    [{ ...allow('*'), NotResource: '*' }, /exclude each other/],
    [{ ...allow('*'), NotPrincipal: '*' }, /NotPrincipal is not emulated/],
    [{ ...allow('*'), Principal: { Federated: 'x' } }, /principals of kind Federated are not emulated/],
    [allow([{ Ref: 'X' }] as any), /Action must be text/],
  ])('%j', (statement, message) => {
    expect(() => checkStatements([statement], 'DispatchPolicy')).toThrow(message);
    expect(() => checkStatements([{ Sid: 'First', ...statement }], 'DispatchPolicy')).toThrow(
      /^DispatchPolicy, statement First: /,
    );
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
describe('wildcards', () => {
  it('match as the regular expression they stand for', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, letters, (p, value) => {
        const expression = new RegExp(`^${p.replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
        expect(wildcard(p)(value)).toBe(expression.test(value));
      }),
      { numRuns: 2000 },
    );
  });
  it('do not explode', () => {
    // An explosion would take longer than any machine has.
    expect(wildcard(`${'*a'.repeat(30)}b`)('a'.repeat(5000))).toBe(false);
  });
});
