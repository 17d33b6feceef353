// The stack as a whole: what it tells, who it trusts, how it is bounded, and that nothing outside is asked to make it.
import { describe, expect, it } from 'vitest';
import { appWith, resourcesOf, templateWith } from './synthesized.ts';

const template = templateWith();
const outputs = (of = template) => Object.keys(of.toJSON().Outputs).sort();

describe('with no configuration', () => {
  it('is complete: says all that producers, clients and operators need', () => {
    expect(outputs()).toEqual(
      expect.arrayContaining([
        'Audience',
        'DeadLetterQueueUrl',
        'DispatchQueueUrl',
        'EventBusName',
        'HttpUrl',
        'Issuer',
        'RejectedQueueUrl',
        'TableName',
        'UndeliveredQueueUrl',
        'UserPoolId',
        'WebSocketUrl',
      ]),
    );
  });

  it('is made without credentials and without asking an account anything', () => {
    const { app, stack } = appWith({ '@aws-cdk/core:validateAgainstDefaultRules': false });
    expect(stack.environment).toBe('aws://unknown-account/unknown-region');
    expect(app.synth().manifest.missing ?? []).toEqual([]);
  });
});

describe('with an issuer of its own', () => {
  const own = templateWith({ issuer: 'https://login.example.com', audience: 'my-app,my-other-app' });

  it('has no user pool', () => {
    expect(Object.values(own.toJSON().Resources).filter((one: any) => one.Type.startsWith('AWS::Cognito'))).toEqual([]);
    expect(outputs(own)).not.toContain('UserPoolId');
  });

  it('trusts that issuer alone, over REST and for sockets', () => {
    own.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      JwtConfiguration: { Issuer: 'https://login.example.com', Audience: ['my-app', 'my-other-app'] },
    });
    own.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { ISSUER: 'https://login.example.com', AUDIENCE: 'my-app,my-other-app' } },
    });
  });

  it('needs an audience too', () => {
    expect(() => templateWith({ issuer: 'https://login.example.com' })).toThrow(/issuer and audience come together/);
  });
});

describe('functions', () => {
  it.each(resourcesOf(template, 'AWS::Lambda::Function'))('%s runs on the latest Node, on arm64, traced', (_id, fn) => {
    expect(fn.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON' },
    });
  });

  it('log to groups that forget after a month', () => {
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::Logs::LogGroup')) {
      expect([id, Properties.RetentionInDays]).toEqual([id, 30]);
    }
  });

  it('fail item by item, and give a queue six times their own time', () => {
    const functions = Object.fromEntries(resourcesOf(template, 'AWS::Lambda::Function'));
    const queues = Object.fromEntries(resourcesOf(template, 'AWS::SQS::Queue'));
    for (const [, { Properties }] of resourcesOf(template, 'AWS::Lambda::EventSourceMapping')) {
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      const queue = queues[Properties.EventSourceArn['Fn::GetAtt'][0]]!.Properties;
      const fn = functions[Properties.FunctionName.Ref]!.Properties;
      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(6 * fn.Timeout);
      expect(queue.RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(5);
    }
  });
});

describe('auth methods', () => {
  const authorisation = () =>
    Object.fromEntries(
      resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [
        Properties.RouteKey,
        Properties.AuthorizationType ?? 'NONE',
      ]),
    );

  it('are closed: only health is open over HTTP', () => {
    for (const [route, type] of Object.entries(authorisation()).filter(([key]) => key.includes(' '))) {
      const expected = route === 'GET /health' ? 'NONE' : route.includes(' /internal/') ? 'AWS_IAM' : 'JWT';
      expect([route, type]).toEqual([route, expected]);
    }
  });

  it('let nobody open a socket unasked', () => {
    expect(authorisation().$connect).toBe('CUSTOM');
  });

  it.each(resourcesOf(template, 'AWS::ApiGatewayV2::Stage'))('%s is throttled', (_id, { Properties }) => {
    expect(Properties.DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(0);
    expect(Properties.DefaultRouteSettings.ThrottlingBurstLimit).toBeGreaterThan(0);
  });

  it('log sockets only where that is asked for, and never their query strings', () => {
    const logged = resourcesOf(templateWith({ webSocketAccessLogs: 'true' }), 'AWS::ApiGatewayV2::Stage');
    for (const [, { Properties }] of logged) {
      expect(Properties.AccessLogSettings.Format).toContain('$context.requestId');
      expect(Properties.AccessLogSettings.Format).not.toMatch(/querystring|authorizer|path/i);
    }
    const stages = resourcesOf(template, 'AWS::ApiGatewayV2::Stage').map(([, { Properties }]) => Properties);
    expect(stages.find(({ StageName }) => StageName === 'v1')).not.toHaveProperty('AccessLogSettings');
  });
});

describe('configuration that makes no sense', () => {
  it.each([
    [{ retentionDays: '0' }, /retentionDays must be a whole number/],
    [{ retentionDays: 'ninety' }, /retentionDays must be a whole number/],
    [{ allowedOrigins: 'https://app.example.com/path' }, /is no origin/],
  ])('%j is refused with what to do', (context, message) => {
    expect(() => templateWith(context as Record<string, string>)).toThrow(message);
  });
});
