// Every intrinsic is resolved as CloudFormation would, and what can't be is refused by name.
import { describe, expect, it } from 'vitest';
import { checkPolicies } from '../../../local/iam/check-policies.ts';
import { roleStatements } from '../../../local/iam/role-statements.ts';
import { type LoadStackOptions, loadStack } from '../../../local/template/load-stack.ts';
import type { Template, TemplateResource } from '../../../local/template/template.ts';

const place = { stackName: 'Example', accountId: '000000000000', region: 'us-east-1' };
const load = (template: Template, more: Partial<LoadStackOptions> = {}) => loadStack({ template, ...place, ...more });
/** One queue whose Tags stand for any property. */
const resolved = (value: unknown, rest: Partial<Template> = {}) =>
  load({ ...rest, Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { Tags: value } }, ...rest.Resources } })
    .resources[0]!.properties.Tags;
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
describe('intrinsics', () => {
  const variable = (name: string) => `\${${name}}`;
  const Parameters = {
    P: { Type: 'String', Default: 'p' },
    L: { Type: 'CommaDelimitedList', Default: 'a, b' },
    N: { Type: 'Number', Default: 7 },
  };
  const Mappings = { M: { 'us-east-1': { size: 'big', list: ['x', 'y'] } } };
  const Conditions = {
    Yes: { 'Fn::Equals': [{ Ref: 'P' }, 'p'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    East: { 'Fn::Equals': [{ 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'size'] }, 'big'] },
  };
  const whole = { Parameters, Mappings, Conditions };

  it.each<[unknown, unknown]>([
    [{ Ref: 'P' }, 'p'],
    [{ Ref: 'L' }, ['a', 'b']],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [
      { Ref: 'AWS::StackId' },
      expect.stringMatching(/^arn:aws:cloudformation:us-east-1:000000000000:stack\/Example\/[0-9a-f-]{36}$/),
    ],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'P' }, 1, true]] }, 'a-p-1-true'],
    [{ 'Fn::Join': ['-', { Ref: 'L' }] }, 'a-b'],
    [{ 'Fn::Join': ['-', { 'Fn::Split': ['.', 'a.b'] }] }, 'a-b'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'a-b'],
    [{ 'Fn::Select': [1, ['a', { Ref: 'P' }]] }, 'p'],
    [{ 'Fn::Select': ['0', { 'Fn::Split': ['|', 'a|b'] }] }, 'a'],
    [
      { 'Fn::Sub': `${variable('AWS::Region')}/${variable('P')}/${variable('N')}/${variable('!Literal')}` },
      `us-east-1/p/7/${variable('Literal')}`,
    ],
    [{ 'Fn::Sub': [`${variable('v')}:${variable('P')}`, { v: { Ref: 'AWS::AccountId' } }] }, '000000000000:p'],
    [{ 'Fn::Sub': variable('Other.Arn') }, arn('sqs', 'other')],
    [{ 'Fn::GetAtt': ['Other', 'QueueName'] }, 'other'],
    [{ 'Fn::GetAtt': 'Other.Arn' }, arn('sqs', 'other')],
    [{ 'Fn::If': ['Yes', 1, 2] }, 1],
    [{ 'Fn::If': ['Both', 1, { 'Fn::If': ['Either', 3, 4] }] }, 3],
    [{ 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }, undefined],
    [{ 'Fn::If': ['East', [1, { Ref: 'AWS::NoValue' }], 0] }, [1]],
    [{ a: { Ref: 'AWS::NoValue' }, b: [{ 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }] }, { b: [] }],
    [{ 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'list'] }, ['x', 'y']],
    [{ 'Fn::Base64': { 'Fn::Sub': variable('P') } }, 'cA=='],
    [
      { Ref: 'P', More: 1 },
      { Ref: 'P', More: 1 },
    ],
    [{ Condition: { StringEquals: {} } }, { Condition: { StringEquals: {} } }],
  ])('%j', (value, expected) => {
    const Resources = { Other: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'other' } } };
    expect(resolved(value, { ...whole, Resources })).toEqual(expected);
  });

  it.each<[unknown, RegExp]>([
    [
      { 'Fn::GetAtt': ['Q2', 'Length'] },
      /^Q \(AWS::SQS::Queue\), Tags, .*Q2\.Length: the local runtime knows no attribute Length of AWS::SQS::Queue \(known: Arn, QueueName, QueueUrl\)/,
    ],
    [{ a: [{ Ref: 'Gone' }] }, /^Q \(AWS::SQS::Queue\), Tags, a.*: refers to Gone, which is no resource or parameter/],
    [{ Ref: 'Off' }, /Off, which is left out by its condition/],
    [{ 'Fn::ImportValue': 'other:Arn' }, /takes "other:Arn" from another stack.*as a parameter/],
    [{ 'Fn::GetAZs': '' }, /Fn::GetAZs is not emulated; known are Ref/],
    [{ 'Fn::If': ['Maybe', 1, 2] }, /no condition Maybe/],
    [{ 'Fn::If': ['Yes', 1] }, /Fn::If needs a list of 3/],
    [{ 'Fn::Select': [2, ['a', 'b']] }, /no item 2 in a list of 2/],
    [{ 'Fn::Join': ['', [{ Ref: 'L' }]] }, /Fn::Join needs text, not \["a","b"\]/],
    [{ 'Fn::FindInMap': ['M', 'eu', 'size'] }, /no M\.eu\.size/],
    [`{{resolve:secretsmanager:a}}`, /dynamic reference \{\{resolve:secretsmanager:a\}\} is not emulated/],
  ])('%j is refused', (value, message) => {
    const Resources = { Q2: { Type: 'AWS::SQS::Queue' }, Off: { Type: 'AWS::SQS::Queue', Condition: 'No' } };
    expect(() => resolved(value, { ...whole, Resources })).toThrow(message);
  });

  it('conditions that make no sense are refused', () => {
    const failing = (Conditions: Record<string, unknown>) => () =>
      load({ Conditions, Resources: { Q: { Type: 'AWS::SQS::Queue', Condition: 'A' } } });
    expect(failing({ A: { Condition: 'B' }, B: { Condition: 'A' } })).toThrow(/condition A depends on itself/);
    expect(failing({ A: { 'Fn::Equals': [{ Ref: 'Q' }, 'x'] } })).toThrow(/refers to Q, which is no parameter/);
    expect(failing({ A: { 'Fn::Contains': [['a'], 'a'] } })).toThrow(/condition A: .*is no condition; known are/);
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-reference.html
describe('what cannot be loaded', () => {
  const queue = (value: unknown, more: Partial<TemplateResource> = {}) => ({
    Type: 'AWS::SQS::Queue',
    Properties: { Tags: value },
    ...more,
  });

  it('is a circle, named', () => {
    const circle = (Resources: Template['Resources']) => () => load({ Resources });
    expect(
      circle({ A: queue({ Ref: 'B' }), B: queue({ 'Fn::GetAtt': ['C', 'Arn'] }), C: queue(1, { DependsOn: 'A' }) }),
    ).toThrow('circular reference between resources: A → B → C → A');
    expect(circle({ A: queue({ Ref: 'A' }) })).toThrow(/A → A/);
    const name = (value: unknown) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName: value } });
    expect(circle({ A: name({ Ref: 'B' }), B: name({ 'Fn::Sub': `\${A.Arn}` }) })).toThrow(/A → B → A/);
    expect(circle({ A: queue(1, { DependsOn: ['Z'] }) })).toThrow(/DependsOn names Z/);
  });
  it('is a type nothing is known of', () => {
    expect(() => load({ Resources: { B: { Type: 'AWS::S3::Bucket' } } })).toThrow(
      /^B \(AWS::S3::Bucket\): the local runtime knows no AWS::S3::Bucket/,
    );
  });
  it('is a parameter without a value', () => {
    expect(() => load({ Parameters: { X: { Type: 'String' } }, Resources: {} })).toThrow(/parameter X has no default/);
    const ssm = { X: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a' } };
    expect(() => load({ Parameters: ssm, Resources: {} })).toThrow(/parameter X is read from Parameter Store/);
  });
  it('is a policy that cannot be evaluated, named when it is checked', () => {
    const role = (Properties: object) =>
      load({ Resources: { R: { Type: 'AWS::IAM::Role', Properties: { ...Properties } } } });
    const odd = { Statement: { Effect: 'Allow', Action: 'sqs:*', Resource: '*', Condition: { Odd: { k: 'v' } } } };
    expect(() => checkPolicies(role({ Policies: [{ PolicyName: 'p', PolicyDocument: odd }] }))).toThrow(
      /^R, policy p, statement number 1: condition Odd on k/,
    );
    expect(() => checkPolicies(role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }))).toThrow(
      /AdministratorAccess, whose statements the local runtime does not know/,
    );
    expect(() => roleStatements(role({}), 'Nobody')).toThrow(/no role Nobody in the stack Example; its roles are: R/);
  });
});
