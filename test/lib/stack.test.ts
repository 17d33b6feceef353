// The stack as a whole: what it outputs, whom it trusts, how it is bounded, and that nothing outside is asked to make
// it.
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../lib/settings.ts';
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
    const { app, stack } = appWith({}, { '@aws-cdk/core:validateAgainstDefaultRules': false });
    expect(stack.environment).toBe('aws://unknown-account/unknown-region');
    expect(app.synth().manifest.missing ?? []).toEqual([]);
  });
});

describe('with an issuer of its own', () => {
  const own = templateWith({ issuer: 'https://login.example.com', audience: ['my-app', ' my-other-app '] });

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
});

describe('functions', () => {
  it.each(resourcesOf(template, 'AWS::Lambda::Function'))(
    '%s runs on the latest Node, on arm64, untraced',
    (_id, fn) => {
      expect(fn.Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
      });
      expect(fn.Properties.TracingConfig).toBeUndefined();
    },
  );

  it('are traced when asked', () => {
    for (const [, fn] of resourcesOf(templateWith({ tracing: true }), 'AWS::Lambda::Function'))
      expect(fn.Properties.TracingConfig).toEqual({ Mode: 'Active' });
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
    const logged = resourcesOf(templateWith({ webSocketAccessLogs: true }), 'AWS::ApiGatewayV2::Stage');
    for (const [, { Properties }] of logged) {
      expect(Properties.AccessLogSettings.Format).toContain('$context.requestId');
      expect(Properties.AccessLogSettings.Format).not.toMatch(/querystring|authorizer|path/i);
    }
    const stages = resourcesOf(template, 'AWS::ApiGatewayV2::Stage').map(([, { Properties }]) => Properties);
    expect(stages.find(({ StageName }) => StageName === 'v1')).not.toHaveProperty('AccessLogSettings');
  });
});

describe('settings that make no sense', () => {
  const issuer = 'https://login.example.com';
  it.each<[Settings, RegExp]>([
    [{ retentionDays: 0 }, /retentionDays must be a whole number/],
    [{ retentionDays: 1.5 }, /retentionDays must be a whole number/],
    [{ allowedOrigins: ['https://app.example.com/path'] }, /is no origin/],
    [{ allowedOrigins: ['http://app.example.com'] }, /Cognito sends nobody back to "http:\/\/app.example.com"/],
    [{ allowedOrigins: ['http://127.0.0.1:5173'] }, /Use https, or http:\/\/localhost/],
    [{ issuer }, /issuer and audience come together/],
    [{ issuer: 'http://login.example.com', audience: 'my-app' }, /must be an https URL/],
    [{ issuer: `${issuer}?tenant=1`, audience: 'my-app' }, /without query or fragment/],
    [{ issuer: `${issuer}/#a`, audience: 'my-app' }, /without query or fragment/],
    [{ issuer: 'login.example.com', audience: 'my-app' }, /must be an https URL/],
    [{ issuer: `${issuer}/.well-known/openid-configuration`, audience: 'my-app' }, /Leave out \/.well-known/],
    [{ issuer, audience: ' , ' }, /leave none of them blank/],
    [{ issuer, audience: [] }, /name at least one/],
    [{ issuer, audience: Array.from({ length: 51 }, (_, at) => `app-${at}`) }, /takes 50/],
    [{ presets: ['shoping'] }, /there is no preset "shoping". Use one of shopping/],
    [{ maxConcurrency: { dispatch: 1 } }, /maxConcurrency.dispatch must be a whole number from 2 to 1000/],
    [{ memorySizeMb: { inbox: 128 } }, /memorySizeMb.inbox must be a whole number from 256 to 10240/],
    [{ throttle: { http: { ratePerSecond: 0, burst: 1 } } }, /throttle.http.ratePerSecond/],
    [{ throttle: { webSocket: { ratePerSecond: 1, burst: 5_001 } } }, /no account has more than 5000/],
  ])('%j are refused with what to do', (settings, message) => {
    expect(() => appWith(settings)).toThrow(message);
  });

  it('in a region without Cognito, an issuer is asked for', () => {
    process.env.CDK_DEFAULT_REGION = 'cn-north-1';
    try {
      expect(() => appWith()).toThrow(/no Cognito user pools in cn-north-1/);
      expect(() => appWith({ issuer, audience: 'my-app' })).not.toThrow();
    } finally {
      // Files of one worker share their environment.
      delete process.env.CDK_DEFAULT_REGION;
    }
  });
});

describe('settings are trimmed', () => {
  it('before they reach the template', () => {
    const trimmed = templateWith({
      issuer: ' https://login.example.com ',
      audience: 'my-app , my-app',
      allowedOrigins: [' https://app.example.com'],
      presets: [' shopping ', 'shopping'],
    });
    trimmed.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Issuer: 'https://login.example.com', Audience: ['my-app'] },
    });
    trimmed.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: { AllowOrigins: ['https://app.example.com'] },
    });
    expect(resourcesOf(trimmed, 'AWS::Events::Rule')).toHaveLength(12);
  });
});

describe('maximums', () => {
  it('are properties', () => {
    const small = templateWith({
      maxConcurrency: { dispatch: 2, fanout: 3 },
      memorySizeMb: { inbox: 1_024 },
      throttle: { webSocket: { ratePerSecond: 7, burst: 8 } },
    });
    const concurrency = resourcesOf(small, 'AWS::Lambda::EventSourceMapping').map(
      ([, { Properties }]) => Properties.ScalingConfig.MaximumConcurrency,
    );
    expect(concurrency.sort()).toEqual([2, 3]);
    small.hasResourceProperties('AWS::Lambda::Function', { Description: 'The REST API', MemorySize: 1_024 });
    small.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: 'v1',
      DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 8 },
    });
  });
});

describe('the user pool', () => {
  it('has a domain for sign-in that no other stack can have, and its URL is an output', () => {
    const [[, domain] = []] = resourcesOf(template, 'AWS::Cognito::UserPoolDomain');
    expect(JSON.stringify(domain?.Properties.Domain)).toContain('AWS::StackId');
    expect(outputs()).toContain('SignInUrl');
  });

  it('gives no user the scope of administrators: they are in a group', () => {
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', { AllowedOAuthScopes: ['openid'] });
    template.hasResourceProperties('AWS::Cognito::UserPoolGroup', { GroupName: 'carillon-admin' });
  });

  it('sends people back to the origins that are named', () => {
    const own = templateWith({
      allowedOrigins: ['https://app.example.com', 'http://localhost:5173', 'http://localhost:*'],
    });
    own.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      CallbackURLs: ['https://app.example.com/', 'http://localhost:5173/'],
    });
  });
});
