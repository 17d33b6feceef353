// A small CDK app with one of everything the stack is made of, synthesized for real, to be loaded by the tests.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnCondition, CfnOutput, CfnParameter, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigw from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpIamAuthorizer,
  HttpJwtAuthorizer,
  WebSocketLambdaAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import {
  HttpLambdaIntegration,
  WebSocketLambdaIntegration,
  WebSocketMockIntegration,
} from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Alarm, Dashboard, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { OAuthScope, ResourceServerScope, UserPool } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as Lambda, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Template } from '../../../local/template/template.ts';

export function exampleTemplate(): Template {
  const folder = mkdtempSync(join(tmpdir(), 'example-template-'));
  try {
    writeFileSync(join(folder, 'index.js'), 'exports.handler = async () => ({});');
    const app = new App({ outdir: join(folder, 'out'), analyticsReporting: false });
    const stack = new Stack(app, 'Example');
    compose(stack, folder);
    return JSON.parse(JSON.stringify(app.synth().getStackByName(stack.stackName).template));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compose(stack: Stack, code: string) {
  const table = new TableV2(stack, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    localSecondaryIndexes: [
      {
        indexName: 'unread',
        sortKey: { name: 'unread_key', type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      },
    ],
    billing: Billing.onDemand(),
    timeToLiveAttribute: 'ttl',
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const deadLetters = new Queue(stack, 'DeadLetters', { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true });
  const queue = new Queue(stack, 'Dispatches', {
    visibilityTimeout: Duration.seconds(60),
    enforceSSL: true,
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
  });
  const pool = new UserPool(stack, 'Users', { selfSignUpEnabled: true });
  const admin = new ResourceServerScope({ scopeName: 'admin', scopeDescription: 'Administer' });
  const server = pool.addResourceServer('Api', { identifier: 'carillon', scopes: [admin] });
  const client = pool.addClient('Browser', {
    oAuth: { flows: { implicitCodeGrant: true }, scopes: [OAuthScope.resourceServer(server, admin)] },
  });

  const http = new apigw.HttpApi(stack, 'Inbox', {
    corsPreflight: { allowOrigins: ['*'], allowMethods: [apigw.CorsHttpMethod.GET], allowHeaders: ['authorization'] },
  });
  const sockets = new apigw.WebSocketApi(stack, 'Sockets', { routeSelectionExpression: '$request.body.action' });
  const stage = new apigw.WebSocketStage(stack, 'SocketsStage', {
    webSocketApi: sockets,
    stageName: 'prod',
    autoDeploy: true,
    throttle: { rateLimit: 100, burstLimit: 200 },
    accessLogSettings: { destination: new apigw.LogGroupLogDestination(new LogGroup(stack, 'AccessLogs')) },
  });
  const dispatch = new Lambda(stack, 'dispatch', {
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code: Code.fromAsset(code, { exclude: ['out'] }),
    timeout: Duration.seconds(10),
    tracing: Tracing.ACTIVE,
    logGroup: new LogGroup(stack, 'DispatchLogs', { retention: RetentionDays.ONE_MONTH }),
    environment: {
      TABLE: table.tableName,
      QUEUE_URL: queue.queueUrl,
      CALLBACK_URL: stage.callbackUrl,
      ISSUER: pool.userPoolProviderUrl,
    },
  });
  dispatch.addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true, maxConcurrency: 10 }));
  table.grantReadWriteData(dispatch);
  stage.grantManagementApiAccess(dispatch);

  const jwt = new HttpJwtAuthorizer('Jwt', pool.userPoolProviderUrl, { jwtAudience: [client.userPoolClientId] });
  const integration = new HttpLambdaIntegration('Handler', dispatch);
  http.addRoutes({ path: '/api/{id}', methods: [apigw.HttpMethod.GET], integration, authorizer: jwt });
  http.addRoutes({
    path: '/internal/events',
    methods: [apigw.HttpMethod.POST],
    integration,
    authorizer: new HttpIamAuthorizer(),
  });
  sockets.addRoute('$connect', {
    integration: new WebSocketLambdaIntegration('Connect', dispatch),
    authorizer: new WebSocketLambdaAuthorizer('Ticket', dispatch, { identitySource: [] }),
  });
  const mock = new WebSocketMockIntegration('Mock', {
    requestTemplates: { '200': '{"statusCode":200}' },
    templateSelectionExpression: '200',
  });
  const ping = sockets.addRoute('ping', { integration: mock, returnResponse: true });
  new apigw.CfnIntegrationResponse(stack, 'Pong', {
    apiId: sockets.apiId,
    integrationId: (ping.node.findChild('Mock') as apigw.WebSocketIntegration).integrationId,
    integrationResponseKey: '$default',
    templateSelectionExpression: '200',
    responseTemplates: { '200': '{"type":"pong"}' },
  });

  const bus = new EventBus(stack, 'Bus', { eventBusName: 'carillon' });
  new Rule(stack, 'Requests', {
    eventBus: bus,
    eventPattern: { detailType: ['notification.requested'] },
    targets: [
      new SqsQueue(queue, {
        deadLetterQueue: deadLetters,
        retryAttempts: 3,
        message: RuleTargetInput.fromObject({ user: EventField.fromPath('$.detail.user_id') }),
      }),
    ],
  });
  const group = new CfnScheduleGroup(stack, 'Schedules', { name: 'carillon' });
  const wake = new Role(stack, 'Wake', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceArn': group.attrArn, 'aws:SourceAccount': stack.account } },
    }),
  });
  queue.grantSendMessages(wake);
  dispatch.addToRolePolicy(new PolicyStatement({ actions: ['iam:PassRole'], resources: [wake.roleArn] }));

  const topic = new Topic(stack, 'Everyone', { enforceSSL: true });
  topic.addSubscription(new SqsSubscription(deadLetters, { rawMessageDelivery: true }));
  new Alarm(stack, 'Late', {
    metric: queue.metricApproximateAgeOfOldestMessage(),
    threshold: 60,
    evaluationPeriods: 1,
  });
  new Dashboard(stack, 'Overview', { widgets: [[new TextWidget({ markdown: stage.url })]] });

  const size = new CfnParameter(stack, 'Size', { default: 'small', allowedValues: ['small', 'large'] });
  const large = new CfnCondition(stack, 'IsLarge', { expression: Fn.conditionEquals(size.valueAsString, 'large') });
  const extra = new Topic(stack, 'Extra');
  (extra.node.defaultChild as any).cfnOptions.condition = large;
  new CfnOutput(stack, 'SizeOut', { value: Fn.conditionIf(large.logicalId, 'XL', 'S').toString() });
  new CfnOutput(stack, 'ExtraArn', { value: extra.topicArn, condition: large });
  new CfnOutput(stack, 'HttpUrl', { value: http.apiEndpoint });
  new CfnOutput(stack, 'InboxUrl', { value: http.url! });
  new CfnOutput(stack, 'WsUrl', { value: stage.url });
  new CfnOutput(stack, 'CallbackUrl', { value: stage.callbackUrl });
  new CfnOutput(stack, 'Issuer', { value: pool.userPoolProviderUrl });
  new CfnOutput(stack, 'QueueUrl', { value: queue.queueUrl });
  new CfnOutput(stack, 'BusArn', { value: bus.eventBusArn });
}
