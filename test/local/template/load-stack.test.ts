// A synthesized template becomes the stack the runtime runs, with AWS's shapes and local addresses.
import { describe, expect, it } from 'vitest';
import { checkPolicies } from '../../../local/iam/check-policies.ts';
import { isAllowed } from '../../../local/iam/evaluate.ts';
import { assumableBy, documentStatements, roleStatements } from '../../../local/iam/role-statements.ts';
import { type LoadStackOptions, loadStack } from '../../../local/template/load-stack.ts';
import { apiIds, localUrls } from '../../../local/template/local-urls.ts';
import type { Template, TemplateResource } from '../../../local/template/template.ts';
import { exampleTemplate } from './example-template.ts';

const place = { stackName: 'Example', accountId: '000000000000', region: 'us-east-1' };
const load = (template: Template, more: Partial<LoadStackOptions> = {}) => loadStack({ template, ...place, ...more });
/** One queue whose Tags stand for any property. */
const resolved = (value: unknown, rest: Partial<Template> = {}) =>
  load({ ...rest, Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { Tags: value } }, ...rest.Resources } })
    .resources[0]!.properties.Tags;
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;

describe('a CDK app', () => {
  const template = exampleTemplate();
  const ports = {
    httpBaseUrl: 'http://127.0.0.1:81',
    wsBaseUrl: 'ws://127.0.0.1:81',
    awsBaseUrl: 'http://127.0.0.1:82',
  };
  const rewrite = localUrls({ ...apiIds(template, 'Example'), ...ports });
  const stack = load(template, { rewrite, awsBaseUrl: ports.awsBaseUrl });
  const one = (type: string) => stack.ofType(type)[0]!;

  it('has local outputs, and ARNs as on AWS', () => {
    const pool = one('AWS::Cognito::UserPool').ref;
    expect(pool).toMatch(/^us-east-1_[A-Za-z0-9]{9}$/);
    expect(stack.outputs).toEqual({
      SizeOut: 'S',
      HttpUrl: 'http://127.0.0.1:81',
      InboxUrl: 'http://127.0.0.1:81/',
      WsUrl: 'ws://127.0.0.1:81/prod',
      CallbackUrl: 'http://127.0.0.1:82/prod',
      Issuer: `http://127.0.0.1:81/${pool}`,
      QueueUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:82\/000000000000\/Example-Dispatches\w+-[A-Z0-9]{12}$/),
      BusArn: arn('events', 'event-bus/carillon'),
    });
  });
  it('gives functions what they would read on AWS', () => {
    const dispatch = one('AWS::Lambda::Function');
    expect(dispatch.properties.Environment.Variables).toEqual({
      TABLE: one('AWS::DynamoDB::GlobalTable').ref,
      QUEUE_URL: stack.outputs.QueueUrl,
      CALLBACK_URL: 'http://127.0.0.1:82/prod',
      ISSUER: stack.outputs.Issuer,
    });
    expect(dispatch.attributes.Arn).toBe(arn('lambda', `function:${dispatch.ref}`));
    expect(stack.find('AWS::IAM::Role', dispatch.properties.Role)?.logicalId).toMatch(/^dispatchServiceRole/);
  });
  it('is found by ref, ARN, and addresses as on AWS or here', () => {
    for (const value of ['carillon', arn('events', 'event-bus/carillon')]) {
      expect(stack.find('AWS::Events::EventBus', value)).toBe(one('AWS::Events::EventBus'));
    }
    const pool = one('AWS::Cognito::UserPool');
    for (const value of [pool.ref, stack.outputs.Issuer!, `https://cognito-idp.us-east-1.amazonaws.com/${pool.ref}`]) {
      expect(stack.find('AWS::Cognito::UserPool', value)).toBe(pool);
    }
    expect(stack.find('AWS::SQS::Queue', 'carillon')).toBeUndefined();
    expect(stack.ofType('AWS::S3::Bucket')).toEqual([]);
  });
  it('names a rule on a custom bus as CloudFormation does', () => {
    const rule = one('AWS::Events::Rule');
    const [bus, name] = rule.ref.split('|');
    expect(bus).toBe('carillon');
    expect(rule.attributes.Arn).toBe(arn('events', `rule/carillon/${name}`));
  });
  it('leaves out what its conditions leave out, unless a parameter says otherwise', () => {
    expect(stack.ofType('AWS::SNS::Topic')).toHaveLength(1);
    const large = load(template, { parameters: { Size: 'large' } });
    expect(large.ofType('AWS::SNS::Topic')).toHaveLength(2);
    expect(large.outputs).toMatchObject({
      SizeOut: 'XL',
      ExtraArn: expect.stringMatching(/^arn:aws:sns:.*Example-Extra/),
    });
    expect(() => load(template, { parameters: { Size: 'huge' } })).toThrow(
      /parameter Size can't be "huge".*small, large/,
    );
    expect(() => load(template, { parameters: { Sizes: 'small' } })).toThrow(/no parameter Sizes/);
  });
  it('gets the same names and ids every time, and others under another name', () => {
    expect(load(template, { rewrite, awsBaseUrl: ports.awsBaseUrl }).resources).toEqual(stack.resources);
    const other = loadStack({ template, ...place, stackName: 'Other' });
    expect(other.ofType('AWS::ApiGatewayV2::Api')[0]!.ref).not.toBe(one('AWS::ApiGatewayV2::Api').ref);
    expect(one('AWS::ApiGatewayV2::Api').ref).toMatch(/^[a-z0-9]{10}$/);
  });

  it('lets each role do what its policies say', () => {
    checkPolicies(stack);
    const queue = one('AWS::SQS::QueuePolicy').properties.Queues[0];
    const role = (name: string) => stack.ofType('AWS::IAM::Role').find(({ logicalId }) => logicalId.startsWith(name))!;
    const may = (name: string, action: string, resource: string) =>
      isAllowed(
        { name, arn: role(name).attributes.Arn!, statements: roleStatements(stack, role(name).attributes.Arn!) },
        { action, resource },
      ).allowed;
    const dispatches = stack.ofType('AWS::SQS::Queue').find(({ logicalId }) => logicalId.startsWith('Dispatches'))!;
    const table = one('AWS::DynamoDB::GlobalTable').attributes.Arn!;
    expect(queue).not.toBe(dispatches.ref);
    expect(may('dispatch', 'sqs:ReceiveMessage', dispatches.attributes.Arn!)).toBe(true);
    expect(may('dispatch', 'sqs:SendMessage', dispatches.attributes.Arn!)).toBe(false);
    expect(may('dispatch', 'dynamodb:Query', `${table}/index/unread`)).toBe(true);
    expect(may('dispatch', 'dynamodb:DeleteTable', table)).toBe(false);
    expect(may('dispatch', 'logs:PutLogEvents', arn('logs', 'log-group:any:log-stream:any'))).toBe(true);
    expect(
      may(
        'dispatch',
        'execute-api:ManageConnections',
        arn('execute-api', `${apiIds(template, 'Example').webSocketApiIds[0]}/prod/POST/@connections/a=`),
      ),
    ).toBe(true);
    expect(may('Wake', 'sqs:SendMessage', dispatches.attributes.Arn!)).toBe(true);
    expect(may('Wake', 'sqs:ReceiveMessage', dispatches.attributes.Arn!)).toBe(false);
  });
  it('lets services assume roles and reach queues only as its policies say', () => {
    const group = one('AWS::Scheduler::ScheduleGroup').attributes.Arn!;
    const wake = stack.ofType('AWS::IAM::Role').find(({ logicalId }) => logicalId.startsWith('Wake'))!;
    const context = { 'aws:SourceArn': group, 'aws:SourceAccount': '000000000000' };
    expect(assumableBy(stack, wake.logicalId, 'scheduler.amazonaws.com', context)).toBe(true);
    expect(assumableBy(stack, wake.ref, 'scheduler.amazonaws.com', { ...context, 'aws:SourceArn': `${group}2` })).toBe(
      false,
    );
    expect(assumableBy(stack, wake.attributes.Arn!, 'events.amazonaws.com', context)).toBe(false);

    const policy = stack.ofType('AWS::SQS::QueuePolicy').find(({ logicalId }) => logicalId.startsWith('Dispatches'))!;
    const send = (sourceArn: string) =>
      isAllowed(
        {
          name: 'events.amazonaws.com',
          arn: 'events.amazonaws.com',
          statements: [],
          servicePrincipal: 'events.amazonaws.com',
        },
        {
          action: 'sqs:SendMessage',
          resource: stack.find('AWS::SQS::Queue', policy.properties.Queues[0])!.attributes.Arn!,
          context: { 'aws:SourceArn': sourceArn },
          resourcePolicy: documentStatements(policy.properties.PolicyDocument),
        },
      ).allowed;
    expect(send(one('AWS::Events::Rule').attributes.Arn!)).toBe(true);
    expect(send(arn('events', 'rule/carillon/another'))).toBe(false);
  });
});

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
