// For each deploy rule, templates that break it: what a change by mistake would look like.
import type { StackTemplate, TemplateResource } from '../../../lib/deploy-rules/stack-view.ts';

export interface Breakage {
  what: string;
  /** A variant that has what is broken. */
  variant?: string;
  break(edit: Edit): void;
}

/** The template as one looks at it to break it. */
export interface Edit {
  template: StackTemplate;
  /** The first resource of a type whose properties, as JSON, have `text`. */
  one(type: string, text?: string): TemplateResource & { Properties: Record<string, any> };
  all(type: string): (TemplateResource & { Properties: Record<string, any> })[];
  /** Adds a resource as if the construct had made it. */
  add(resource: TemplateResource, path?: string): string;
  remove(type: string, text?: string): void;
  /** As if its construct were elsewhere, or called otherwise: CDK makes the logical id from that. */
  move(path: string, type: string, text?: string): void;
  idOf(type: string, text?: string): string;
}

const API = 'AWS::ApiGatewayV2::Api';
const STAGE = 'AWS::ApiGatewayV2::Stage';
const ROUTE = 'AWS::ApiGatewayV2::Route';
const INTEGRATION = 'AWS::ApiGatewayV2::Integration';
const AUTHORIZER = 'AWS::ApiGatewayV2::Authorizer';
const TABLE = 'AWS::DynamoDB::GlobalTable';
const POOL = 'AWS::Cognito::UserPool';
const CLIENT = 'AWS::Cognito::UserPoolClient';
const DOMAIN = 'AWS::Cognito::UserPoolDomain';
const GROUP = 'AWS::Scheduler::ScheduleGroup';
const QUEUE = 'AWS::SQS::Queue';
const QUEUE_POLICY = 'AWS::SQS::QueuePolicy';
const MAPPING = 'AWS::Lambda::EventSourceMapping';
const FUNCTION = 'AWS::Lambda::Function';
const PERMISSION = 'AWS::Lambda::Permission';
const POLICY = 'AWS::IAM::Policy';
const ROLE = 'AWS::IAM::Role';
const RULE = 'AWS::Events::Rule';
const LOGS = 'AWS::Logs::LogGroup';
const ALARM = 'AWS::CloudWatch::Alarm';
const DASHBOARD = 'AWS::CloudWatch::Dashboard';

const statements = (resource: { Properties: Record<string, any> }): any[] =>
  resource.Properties.PolicyDocument.Statement;
const allowFor = (service: string) => (one: any) => one.Effect === 'Allow' && one.Principal?.Service === service;
const manyPermissions = (edit: Edit) => {
  const { Properties } = edit.one(PERMISSION);
  for (let n = 0; n < 30; n++) edit.add({ Type: PERMISSION, Properties });
};

export const BREAKAGES: Record<string, Breakage[]> = {
  'monitoring-unnamed': [
    {
      what: 'an alarm with a name',
      break: ({ one }) => {
        one(ALARM).Properties.AlarmName = 'dead-letters';
      },
    },
    {
      what: 'a dashboard with a name',
      break: ({ one }) => {
        one(DASHBOARD).Properties.DashboardName = 'carillon';
      },
    },
  ],
  'alarm-metrics-fit': [
    {
      what: 'eleven metrics in an alarm',
      break: ({ one }) => {
        const { Metrics } = one(ALARM, '"MetricStat"').Properties;
        const [query] = Metrics.filter((candidate: any) => candidate.MetricStat);
        for (let at = 0; at < 11; at++) Metrics.push({ ...query, Id: `more_${at}` });
      },
    },
    {
      what: 'an alarm that returns none of its queries',
      break: ({ one }) => {
        for (const query of one(ALARM, '"MetricStat"').Properties.Metrics) query.ReturnData = false;
      },
    },
  ],
  'dashboard-fits': [
    {
      what: '501 metrics on the dashboard',
      break: ({ one }) => {
        const metrics = Array.from({ length: 501 }, (_, at) => ['App', `metric-${at}`]);
        one(DASHBOARD).Properties.DashboardBody = JSON.stringify({ widgets: [{ properties: { metrics } }] });
      },
    },
    {
      what: 'a body that was cut off',
      break: ({ one }) => {
        one(DASHBOARD).Properties.DashboardBody = '{"widgets":[';
      },
    },
  ],
  'stage-without-route-settings': [
    {
      what: 'a route of its own throttle',
      break: ({ one }) => {
        one(STAGE, '"v1"').Properties.RouteSettings = { $connect: { ThrottlingRateLimit: 10 } };
      },
    },
  ],
  'nothing-depends-on-a-stage': [
    {
      what: 'a route that waits for the stage',
      break: ({ one, idOf }) => {
        one(ROUTE, '"ping"').DependsOn = [idOf(STAGE, '"v1"')];
      },
    },
    {
      what: 'a function that reads the name of the stage',
      break: ({ one, idOf }) => {
        one(FUNCTION).Properties.Environment.Variables.STAGE = { Ref: idOf(STAGE, '"v1"') };
      },
    },
  ],
  'throttle-within-quota': [
    {
      what: 'more than some regions have',
      break: ({ one }) => {
        one(STAGE, '"v1"').Properties.DefaultRouteSettings.ThrottlingRateLimit = 5_000;
      },
    },
    { what: 'no throttle', break: ({ one }) => delete one(STAGE).Properties.DefaultRouteSettings },
    {
      what: 'more than any account has, though asked for',
      variant: 'everything',
      break: ({ one }) => {
        one(STAGE, '"v1"').Properties.DefaultRouteSettings.ThrottlingBurstLimit = 5_001;
      },
    },
  ],
  'access-log-group-vended': [
    { what: 'a name by CloudFormation', break: ({ one }) => delete one(LOGS, 'vendedlogs').Properties.LogGroupName },
    {
      what: 'a name that a second stack would have too',
      break: ({ one }) => {
        one(LOGS, 'vendedlogs').Properties.LogGroupName = '/aws/vendedlogs/apigateway/carillon';
      },
    },
  ],
  'access-log-format': [
    {
      what: 'no request id',
      break: ({ one }) => {
        one(STAGE, 'AccessLogSettings').Properties.AccessLogSettings.Format = '{"route":"$context.routeKey"}';
      },
    },
    {
      what: 'the query string',
      break: ({ one }) => {
        one(STAGE, 'AccessLogSettings').Properties.AccessLogSettings.Format += '$input.params().querystring';
      },
    },
  ],
  'websocket-access-logs-asked-for': [
    {
      what: 'logs of sockets that nobody asked for',
      break: ({ one }) => {
        one(STAGE, '"v1"').Properties.AccessLogSettings = one(STAGE, 'AccessLogSettings').Properties.AccessLogSettings;
      },
    },
  ],
  'api-named-after-stack': [
    {
      what: 'the name of the construct',
      break: ({ one }) => {
        one(API, 'HTTP').Properties.Name = 'Api';
      },
    },
  ],
  'route-keys-unique': [
    {
      what: 'a route twice',
      break: ({ one, add }) => void add({ Type: ROUTE, Properties: one(ROUTE, 'GET /health').Properties }),
    },
  ],
  'websocket-authorization-on-connect': [
    {
      what: 'an authorizer on another route',
      break: ({ one }) => {
        one(ROUTE, '"sync"').Properties.AuthorizationType = 'CUSTOM';
      },
    },
    {
      what: 'an open $connect',
      break: ({ one }) => {
        one(ROUTE, '"$connect"').Properties.AuthorizationType = 'NONE';
      },
    },
  ],
  'websocket-authorizer-plain': [
    {
      what: 'a cached result',
      break: ({ one }) => {
        one(AUTHORIZER, 'REQUEST').Properties.AuthorizerResultTtlInSeconds = 60;
      },
    },
    {
      what: 'a simple response',
      break: ({ one }) => {
        one(AUTHORIZER, 'REQUEST').Properties.EnableSimpleResponses = true;
      },
    },
    {
      what: 'an identity source of an HTTP API',
      break: ({ one }) => {
        one(AUTHORIZER, 'REQUEST').Properties.IdentitySource = ['$request.header.Authorization'];
      },
    },
  ],
  'route-response-where-answered': [
    { what: 'no route response', break: ({ remove }) => remove('AWS::ApiGatewayV2::RouteResponse') },
    {
      what: 'a route response that no route selects',
      break: ({ one }) => delete one(ROUTE, '"ping"').Properties.RouteResponseSelectionExpression,
    },
  ],
  'mock-answers': [
    {
      what: 'a request template under another key',
      break: ({ one }) => {
        one(INTEGRATION, 'MOCK').Properties.RequestTemplates = { $default: '{}' };
      },
    },
    {
      what: 'a response template under another key',
      break: ({ one }) => {
        one('AWS::ApiGatewayV2::IntegrationResponse').Properties.ResponseTemplates = { $default: '{}' };
      },
    },
    { what: 'no response', break: ({ remove }) => remove('AWS::ApiGatewayV2::IntegrationResponse') },
  ],
  'jwt-issuer-fetchable': [
    ...['http://login.example.com', 'https://login.example.com?a=b', 'https://login.example.com#a', 'login', ''].map(
      (issuer) => ({
        what: `the issuer "${issuer}"`,
        break: ({ one }: Edit) => {
          one(AUTHORIZER, 'JWT').Properties.JwtConfiguration.Issuer = issuer;
        },
      }),
    ),
    ...[[], [''], [' my-app']].map((audiences) => ({
      what: `the audiences ${JSON.stringify(audiences)}`,
      break: ({ one }: Edit) => {
        one(AUTHORIZER, 'JWT').Properties.JwtConfiguration.Audience = audiences;
      },
    })),
  ],
  'permission-for-each-integration': [
    { what: 'an authorizer nobody may invoke', break: ({ remove }) => remove(PERMISSION, '/authorizers/') },
    {
      what: 'an API nobody allowed',
      break: ({ all }) => {
        for (const { Properties } of all(PERMISSION)) Properties.SourceArn = 'arn:aws:execute-api:*:*:other/*';
      },
    },
  ],
  'retained-except-on-create': [
    {
      what: 'a plain Retain',
      break: ({ one }) => {
        one(TABLE).DeletionPolicy = 'Retain';
      },
    },
    { what: 'a queue that a replacement deletes', break: ({ one }) => delete one(QUEUE).UpdateReplacePolicy },
  ],
  'data-retained-or-deleted': [
    { what: 'a table without policies', break: ({ one }) => delete one(TABLE).DeletionPolicy },
    {
      what: 'a secret that is deleted with the stack',
      variant: 'web push',
      break: ({ one }) => delete one('AWS::SecretsManager::Secret').DeletionPolicy,
    },
    {
      what: 'a pool that only a replacement keeps',
      variant: 'data that is not kept',
      break: ({ one }) => {
        one(POOL).UpdateReplacePolicy = 'Retain';
      },
    },
  ],
  'retained-without-fixed-name': [
    {
      what: 'a table with a name',
      break: ({ one }) => {
        one(TABLE).Properties.TableName = 'notifications';
      },
    },
    {
      what: 'a log group with a name',
      break: ({ one }) => {
        one(LOGS).Properties.LogGroupName = { 'Fn::Join': ['', ['/carillon/', { Ref: 'AWS::StackName' }]] };
      },
    },
  ],
  'schedule-group-deleted': [
    {
      what: 'a group that stays',
      break: ({ one }) => {
        one(GROUP).DeletionPolicy = 'RetainExceptOnCreate';
      },
    },
    {
      what: 'a group with a name',
      break: ({ one }) => {
        one(GROUP).Properties = { Name: 'carillon' };
      },
    },
  ],
  'deletion-protection-asked-for': [
    {
      what: 'a protected table',
      break: ({ one }) => {
        one(TABLE).Properties.Replicas[0].DeletionProtectionEnabled = true;
      },
    },
    {
      what: 'a protected pool',
      break: ({ one }) => {
        one(POOL).Properties.DeletionProtection = 'ACTIVE';
      },
    },
  ],
  'functions-log-to-own-groups': [
    { what: 'a function without a group', break: ({ one }) => delete one(FUNCTION).Properties.LoggingConfig.LogGroup },
    {
      what: 'a role that may create groups',
      break: ({ one }) =>
        void statements(one(POLICY)).push({ Effect: 'Allow', Action: ['logs:CreateLogGroup'], Resource: '*' }),
    },
  ],
  'pinned-by-id': [
    { what: 'a renamed table', break: ({ move }) => move('Storage/Inboxes/Resource', TABLE) },
    { what: 'a moved bus', break: ({ move }) => move('Bus/Resource', 'AWS::Events::EventBus') },
    { what: 'a moved route', break: ({ move }) => move('Http/Api/Health/Resource', ROUTE, 'GET /health') },
    { what: 'a moved route of frames', break: ({ move }) => move('WebSocket/Api/Sync/Resource', ROUTE, '"sync"') },
    { what: 'a moved mapping', break: ({ move }) => move('Functions/Queue/Resource', MAPPING) },
    { what: 'no table', break: ({ remove }) => remove(TABLE) },
    {
      what: 'a second queue',
      break: ({ add }) => void add({ Type: QUEUE, DeletionPolicy: 'Delete' }, 'Intake/More/Resource'),
    },
  ],
  'pinned-by-value': [
    {
      what: 'another sort key',
      break: ({ one }) => {
        one(TABLE).Properties.KeySchema[1].AttributeName = 'sort';
      },
    },
    { what: 'no local index', break: ({ one }) => delete one(TABLE).Properties.LocalSecondaryIndexes },
    {
      what: 'another attribute for the time to live',
      break: ({ one }) => {
        one(TABLE).Properties.TimeToLiveSpecification.AttributeName = 'expires';
      },
    },
    {
      what: 'another way to sign in',
      break: ({ one }) => {
        one(POOL).Properties.UsernameAttributes = ['phone_number'];
      },
    },
  ],
  'one-queue-policy-statement-for-rules': [
    {
      what: 'a statement for each rule',
      break: ({ one }) => {
        const list = statements(one(QUEUE_POLICY, 'events.amazonaws.com'));
        list.push({ ...list.find(allowFor('events.amazonaws.com')) });
      },
    },
    {
      what: 'the ARN of one rule',
      break: ({ one, idOf }) => {
        const statement = statements(one(QUEUE_POLICY, 'events.amazonaws.com')).find(allowFor('events.amazonaws.com'));
        statement.Condition = { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [idOf(RULE), 'Arn'] } } };
      },
    },
    {
      what: 'a second policy of one queue',
      break: ({ one, add }) => void add({ Type: QUEUE_POLICY, Properties: one(QUEUE_POLICY).Properties }),
    },
  ],
  'queue-policy-fits': [
    {
      what: '21 statements',
      break: ({ one }) => {
        const list = statements(one(QUEUE_POLICY));
        while (list.length < 21) list.push({ ...list[0] });
      },
    },
    {
      what: 'a condition that is too long',
      break: ({ one }) => {
        const statement = statements(one(QUEUE_POLICY, 'events.amazonaws.com')).find(allowFor('events.amazonaws.com'));
        statement.Condition.ArnLike['aws:SourceArn'] = Array.from({ length: 80 }, (_, n) => `${'a'.repeat(100)}${n}`);
      },
    },
  ],
  'mapping-role-may-consume': [
    {
      what: 'a role that may not delete messages',
      break: ({ all }) => {
        for (const policy of all(POLICY)) {
          for (const statement of statements(policy)) {
            statement.Action = [statement.Action].flat().filter((action) => action !== 'sqs:DeleteMessage');
          }
        }
      },
    },
  ],
  'one-mapping-per-queue': [
    {
      what: 'a mapping twice',
      break: ({ one, add }) => void add({ Type: MAPPING, Properties: one(MAPPING).Properties }),
    },
  ],
  'mapping-settings-accepted': [
    ...[1, 1_001].map((most) => ({
      what: `a maximum concurrency of ${most}`,
      break: ({ one }: Edit) => {
        one(MAPPING).Properties.ScalingConfig = { MaximumConcurrency: most };
      },
    })),
    {
      what: 'a large batch without a window',
      break: ({ one }) => {
        one(MAPPING).Properties.BatchSize = 11;
      },
    },
  ],
  'mapping-reports-partial-failures': [
    { what: 'no partial failures', break: ({ one }) => delete one(MAPPING).Properties.FunctionResponseTypes },
  ],
  'queue-outlasts-its-function': [
    {
      what: 'a function that takes longer',
      break: ({ one }) => {
        one(FUNCTION, 'Serves the subscribers').Properties.Timeout = 100;
      },
    },
    {
      what: 'a queue that gives up early',
      break: ({ all }) => {
        for (const { Properties } of all(QUEUE))
          if (Properties.RedrivePolicy) Properties.RedrivePolicy.maxReceiveCount = 4;
      },
    },
  ],
  'dead-letters-outlast-their-source': [
    {
      what: 'dead letters kept no longer than messages',
      break: ({ all }) => {
        for (const { Properties } of all(QUEUE)) Properties.MessageRetentionPeriod = 345_600;
      },
    },
  ],
  'rules-wait-for-queue-policies': [
    { what: 'a rule that waits for nothing', break: ({ one }) => delete one(RULE).DependsOn },
    {
      what: 'a rule that waits for one of the two',
      variant: 'presets',
      break: ({ all }) => {
        const rule = all(RULE).at(-1)!;
        rule.DependsOn = [rule.DependsOn ?? []].flat().slice(1);
      },
    },
  ],
  'rules-have-dead-letter-queues': [
    { what: 'no dead-letter queue', break: ({ one }) => delete one(RULE).Properties.Targets[0].DeadLetterConfig },
  ],
  'rule-fits': [
    {
      what: 'six targets',
      break: ({ one }) => {
        const { Properties } = one(RULE);
        Properties.Targets = Array.from({ length: 6 }, () => Properties.Targets[0]);
      },
    },
    {
      what: 'a long pattern',
      break: ({ one }) => {
        one(RULE).Properties.EventPattern.source = ['a'.repeat(2_048)];
      },
    },
  ],
  'input-transformer-complete': [
    {
      what: 'a variable that is not defined',
      break: ({ one }) => {
        transformer(one(RULE)).InputTemplate += '<typo>';
      },
    },
    {
      what: 'quotes around a predefined variable',
      variant: 'presets',
      break: ({ all }) => {
        const input = transformer(all(RULE).at(-1)!);
        const name = '<aws.events.event.ingestion-time>';
        input.InputTemplate = input.InputTemplate.replace(name, `"${name}"`);
      },
    },
    {
      what: '101 paths',
      break: ({ one }) => {
        const paths = Array.from({ length: 101 }, (_, n) => [`v${n}`, '$.detail']);
        transformer(one(RULE)).InputPathsMap = Object.fromEntries(paths);
      },
    },
    {
      what: 'a template that is too long',
      break: ({ one }) => {
        transformer(one(RULE)).InputTemplate += ' '.repeat(8_192);
      },
    },
    {
      what: 'a reserved name',
      break: ({ one }) => {
        transformer(one(RULE)).InputPathsMap['aws.mine'] = '$.detail';
      },
    },
  ],
  'function-waits-for-role-policies': [
    { what: 'a function that waits for nothing', break: ({ one }) => delete one(FUNCTION).DependsOn },
  ],
  'function-policy-fits': [{ what: 'a permission for each of many routes', break: manyPermissions }],
  'environment-fits': [
    {
      what: 'a large variable',
      break: ({ one }) => {
        one(FUNCTION).Properties.Environment.Variables.ALLOWED_ORIGINS = 'a'.repeat(4_000);
      },
    },
  ],
  'role-policies-fit': [
    {
      what: 'a statement for each of many resources',
      break: ({ one }) => {
        const list = statements(one(POLICY));
        for (let n = 0; n < 100; n++)
          list.push({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: `arn:${'q'.repeat(80)}` });
      },
    },
  ],
  'current-runtime': [
    {
      what: 'a runtime that is deprecated',
      break: ({ one }) => {
        one(FUNCTION).Properties.Runtime = 'nodejs20.x';
      },
    },
  ],
  'scheduler-role-trusted': [
    {
      what: 'a role for any schedule',
      break: ({ one }) =>
        delete one(ROLE, 'scheduler.amazonaws.com').Properties.AssumeRolePolicyDocument.Statement[0].Condition,
    },
    {
      what: 'a role for a schedule by its own ARN',
      break: ({ one }) => {
        const [statement] = one(ROLE, 'scheduler.amazonaws.com').Properties.AssumeRolePolicyDocument.Statement;
        statement.Condition.StringEquals['aws:SourceArn'] = 'arn:aws:scheduler:eu-west-1:123456789012:schedule/a/b';
      },
    },
  ],
  'iam-actions-fit-resources': [
    {
      what: 'an action that does not exist',
      break: ({ one }) => void statements(one(POLICY)).push({ Effect: 'Allow', Action: 'sqs:Send', Resource: '*' }),
    },
    {
      what: 'an action on another kind of resource',
      break: ({ one, idOf }) =>
        void statements(one(POLICY)).push({
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Resource: { 'Fn::GetAtt': [idOf(TABLE), 'Arn'] },
        }),
    },
    {
      what: 'phones without their application',
      variant: 'push',
      break: ({ one }) => {
        for (const statement of statements(one(POLICY, 'sns:SetEndpointAttributes'))) {
          statement.Resource = [statement.Resource].flat().filter((arn) => !String(arn).includes(':app/'));
        }
      },
    },
  ],
  'pass-role-with-create-schedule': [
    {
      what: 'a role that can be passed to any service',
      break: ({ one }) =>
        delete statements(one(POLICY, 'iam:PassRole')).find((s) => [s.Action].flat().includes('iam:PassRole'))
          .Condition,
    },
    {
      what: 'schedules without a role',
      break: ({ all }) => {
        for (const policy of all(POLICY)) {
          policy.Properties.PolicyDocument.Statement = statements(policy).filter(
            ({ Action }) => Action !== 'iam:PassRole',
          );
        }
      },
    },
  ],
  'topic-of-aws-allows-source-owner': [
    {
      what: 'the account as one key only',
      variant: 'push',
      break: ({ one }) => {
        const { PolicyDocument } = one('AWS::SNS::TopicPolicy', 'AWS:SourceOwner').Properties;
        PolicyDocument.Statement = PolicyDocument.Statement.filter(
          (s: any) => !s.Condition.StringEquals?.['AWS:SourceOwner'],
        );
      },
    },
  ],
  'subscriptions-wait-for-queue-policies': [
    {
      what: 'a subscription that waits for nothing',
      variant: 'push',
      break: ({ one }) => delete one('AWS::SNS::Subscription').DependsOn,
    },
  ],
  'callback-urls-accepted': [
    ...['http://app.example.com/', 'http://127.0.0.1:4280/', 'http://localhost.example.com/'].map((url) => ({
      what: `the page ${url}`,
      break: ({ one }: Edit) => void one(CLIENT).Properties.CallbackURLs.push(url),
    })),
  ],
  'oauth-client-has-domain': [{ what: 'no domain', break: ({ remove }) => remove(DOMAIN) }],
  'user-pool-domain-unique': [
    {
      what: 'a prefix that any stack could have',
      break: ({ one }) => {
        one(DOMAIN).Properties.Domain = 'carillon';
      },
    },
    {
      what: 'a word that is refused',
      break: ({ one }) => {
        one(DOMAIN).Properties.Domain = { 'Fn::Join': ['-', ['my-aws', { Ref: 'AWS::StackId' }]] };
      },
    },
  ],
  'administrators-by-group': [
    {
      what: 'the scope for every user',
      break: ({ one }) => void one(CLIENT).Properties.AllowedOAuthScopes.push('carillon/admin'),
    },
  ],
  'no-circular-dependencies': [
    {
      what: 'a queue policy that waits for a rule',
      break: ({ one, idOf }) => {
        one(QUEUE_POLICY, 'events.amazonaws.com').DependsOn = [idOf(RULE)];
      },
    },
  ],
  'template-fits': [
    {
      what: 'too many resources',
      break: ({ add }) => {
        for (let n = 0; n < 400; n++) add({ Type: 'AWS::Lambda::Version' });
      },
    },
    {
      what: 'too many outputs',
      break: ({ template }) => {
        template.Outputs = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`Output${n}`, {}]));
      },
    },
    {
      what: 'too large a template',
      break: ({ one }) => {
        one(FUNCTION).Properties.Description = 'a'.repeat(900_000);
      },
    },
  ],
};

const transformer = (rule: { Properties: Record<string, any> }) => rule.Properties.Targets[0].InputTransformer;
