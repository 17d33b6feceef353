// A CDK app, synthesized for real, becomes the stack the runtime runs: AWS's shapes, local addresses, its own policies.
import { describe, expect, it } from 'vitest';
import { checkPolicies } from '../../../local/iam/check-policies.ts';
import { isAllowed } from '../../../local/iam/evaluate.ts';
import { assumableBy, documentStatements, roleStatements } from '../../../local/iam/role-statements.ts';
import { type LoadStackOptions, loadStack } from '../../../local/template/load-stack.ts';
import { apiIds, localUrls } from '../../../local/template/local-urls.ts';
import { checkSupported } from '../../../local/template/supported.ts';
import type { Template } from '../../../local/template/template.ts';
import { exampleTemplate } from './example-template.ts';

const template = exampleTemplate();
const place = { stackName: 'Example', accountId: '000000000000', region: 'us-east-1' };
const load = (template: Template, more: Partial<LoadStackOptions> = {}) => loadStack({ template, ...place, ...more });
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;

describe('loaded', () => {
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

describe('held against what is emulated', () => {
  const { problems, ignored } = checkSupported(template);

  it('has no problems', () => expect(problems).toEqual([]));
  it('has its ignored parts listed with the reason', () => {
    expect(ignored).toContainEqual({
      logicalId: expect.stringMatching(/^Overview/),
      type: 'AWS::CloudWatch::Dashboard',
      why: 'the console and the meter show what happens',
    });
    expect(ignored).toContainEqual({
      logicalId: expect.stringMatching(/^Table/),
      type: 'AWS::DynamoDB::GlobalTable',
      property: 'Replicas[0].PointInTimeRecoverySpecification',
      why: 'there are no backups; the table lives as long as the runtime',
    });
    for (const { why } of ignored) expect(why).toMatch(/\w+ \w+/);
  });
});
