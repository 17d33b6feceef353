// Whatever of a template the runtime does not emulate is a problem that says what and where.
import { describe, expect, it } from 'vitest';
import { identities } from '../../../local/template/identities.ts';
import { ignoredLines } from '../../../local/template/ignored-lines.ts';
import { checkSupported, supportedTypes } from '../../../local/template/supported.ts';

const check = (Type: string, Properties: Record<string, unknown>, more: object = {}) =>
  checkSupported({ Resources: { X: { Type, Properties, ...more } } });

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
describe('problems', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['AWS::S3::Bucket', {}, /^X: resources of type AWS::S3::Bucket are not emulated\. Leave it out/],
    ['AWS::SQS::Queue', { Shape: 1 }, /^X \(AWS::SQS::Queue\): Shape is not emulated\. Remove it, or emulate it/],
    ['AWS::SQS::Queue', { FifoQueue: true }, /FifoQueue can't be true: use a standard queue \(emulated: false\)/],
    ['AWS::SQS::Queue', { FifoQueue: { Ref: 'P' } }, /FifoQueue is given by Ref; write it out/],
    ['AWS::SQS::Queue', { FifoQueue: { 'Fn::If': ['C', true, { Ref: 'AWS::NoValue' }] } }, /FifoQueue can't be true/],
    [
      'AWS::Events::Rule',
      { Targets: [{ Arn: 'a' }, { EcsParameters: {} }] },
      /: Targets\[1\]\.EcsParameters is not emulated/,
    ],
    [
      'AWS::Events::Rule',
      { Targets: [{ InputTransformer: { Map: {} } }] },
      /Targets\[0\]\.InputTransformer\.Map is not/,
    ],
    [
      'AWS::Events::Rule',
      { ScheduleExpression: 'rate(1 minute)' },
      /ScheduleExpression is not emulated: use an EventBridge/,
    ],
    ['AWS::Events::Rule', { Targets: Array(6).fill({}) }, /Targets has 6 items, but only 5/],
    ['AWS::ApiGatewayV2::Integration', { IntegrationType: 'HTTP_PROXY' }, /IntegrationType can't be "HTTP_PROXY"/],
    [
      'AWS::ApiGatewayV2::Stage',
      { RouteSettings: { ping: { ThrottlingRateLimit: 1 } } },
      /RouteSettings is not emulated: API Gateway refuses a stage/,
    ],
    ['AWS::ApiGatewayV2::Stage', { DefaultRouteSettings: 'x' }, /DefaultRouteSettings must be an object/],
    ['AWS::DynamoDB::GlobalTable', { Replicas: [{}, {}] }, /Replicas has 2 items, but only 1/],
    ['AWS::DynamoDB::Table', { StreamSpecification: {} }, /StreamSpecification is not emulated: the design/],
    ['AWS::Lambda::Function', { Code: { ZipFile: 'x' } }, /Code\.ZipFile is not emulated: put the code into a file/],
    ['AWS::Lambda::Function', { Runtime: 'python3.14' }, /Runtime can't be "python3.14"/],
    ['AWS::Lambda::Function', { constructor: 1 }, /constructor is not emulated/],
    ['AWS::Cognito::UserPool', { LambdaConfig: {} }, /LambdaConfig is not emulated: local tokens/],
    ['AWS::IAM::Role', { PermissionsBoundary: 'arn' }, /PermissionsBoundary is not emulated/],
  ])('%s %j', (type, properties, message) => {
    const { problems } = check(type, properties);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });
  it('are also what CloudFormation itself would do to a template', () => {
    expect(check('AWS::SQS::Queue', {}, { UpdatePolicy: {} }).problems).toEqual([
      'X (AWS::SQS::Queue): UpdatePolicy is not emulated. Remove it.',
    ]);
    expect(checkSupported({ Transform: 'AWS::Serverless-2016-10-31', Resources: {} }).problems[0]).toMatch(
      /section Transform/,
    );
  });
});

it('knows the identity of every type it supports, and supports every type it can identify', () => {
  expect(Object.keys(supportedTypes).filter((type) => !identities[type])).toEqual([]);
  expect(Object.keys(identities).filter((type) => !supportedTypes[type])).toEqual(['AWS::Lambda::LayerVersion']);
});

it('reports what it ignores once for each kind', () => {
  const queue = { Type: 'AWS::SQS::Queue', Properties: { SqsManagedSseEnabled: true, Tags: [] } };
  const pool = { Type: 'AWS::Cognito::UserPool', Properties: { Policies: {}, Schema: [], UserPoolName: 'a' } };
  const { ignored } = checkSupported({ Resources: { A: queue, B: queue, P: pool } });
  expect(ignoredLines(ignored)).toEqual([
    'AWS::Cognito::UserPool: nobody signs in locally; tokens come from POST /_local/tokens',
    'AWS::SQS::Queue SqsManagedSseEnabled (2): nothing is encrypted at rest, and key policies are not checked',
  ]);
});
