// The WebSocket API: connections, the authorizer in front of them, and keep-alives that run no function.

import type { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnIntegrationResponse,
  LogGroupLogDestination,
  WebSocketApi as WebSocketGateway,
  type WebSocketIntegration,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration, WebSocketMockIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { accessLogGroup } from './access-logs.ts';
import { apiName } from './api-name.ts';
import type { Throttle } from './throttle.ts';
import { Validations } from './validations.ts';

/** Routes whose function answers with a frame. */
const ANSWERED_ACTIONS = ['sync', 'ack', 'subscribe', 'unsubscribe', 'claim'];
export interface WebSocketApiProps {
  accessLogs: boolean;
  throttle: Throttle;
  removalPolicy: RemovalPolicy;
}

export class WebSocketApi extends Construct {
  readonly api: WebSocketGateway;
  readonly stage: WebSocketStage;

  constructor(scope: Construct, id: string, props: WebSocketApiProps) {
    super(scope, id);
    this.api = new WebSocketGateway(this, 'Api', {
      apiName: apiName(this),
      routeSelectionExpression: '$request.body.action',
    });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: 'v1',
      autoDeploy: true,
      throttle: { rateLimit: props.throttle.ratePerSecond, burstLimit: props.throttle.burst },
      ...(props.accessLogs && { accessLogSettings: this.accessLogs(props.removalPolicy) }),
    });
    if (!props.accessLogs) {
      const reason =
        'They need a role in the settings of account and region, without which the first deployment fails: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html. Where there is one, set webSocketAccessLogs.';
      Validations.of(this.stage).acknowledge(
        { id: 'AwsSolutions-APIG1', reason },
        { id: 'Serverless-APIGWAccessLogging', reason },
      );
    }
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'Only $connect can have an authorizer; a connection it accepts may use the other routes of that socket.',
    });
    this.addKeepAlives();
  }

  /** Apart from the constructor, because the functions need the stage's URL first. */
  connect(functions: { authorize: IFunction; socket: IFunction }): void {
    const integration = () => new WebSocketLambdaIntegration('Socket', functions.socket);
    this.api.addRoute('$connect', {
      integration: integration(),
      // No identity source: a ticket, a token or a header may be there, and only the function can say which will do.
      authorizer: new WebSocketLambdaAuthorizer('Authorizer', functions.authorize, { identitySource: [] }),
    });
    this.api.addRoute('$disconnect', { integration: integration() });
    for (const key of [...ANSWERED_ACTIONS, '$default']) {
      this.api.addRoute(key, { integration: integration(), returnResponse: true });
    }
  }

  /** Without the query string: it carries tickets and tokens. */
  private accessLogs(removalPolicy: RemovalPolicy) {
    return {
      destination: new LogGroupLogDestination(accessLogGroup(this, removalPolicy)),
      format: AccessLogFormat.custom(
        JSON.stringify({
          request_id: '$context.requestId',
          connection_id: '$context.connectionId',
          event: '$context.eventType',
          route: '$context.routeKey',
          status: '$context.status',
          latency_ms: '$context.integrationLatency',
        }),
      ),
    };
  }

  /** `ping` is answered. `keep_alive` is not: API Gateway bills a message each way, and an answer doubles the price. */
  private addKeepAlives(): void {
    const mock = new WebSocketMockIntegration('Pong', {
      requestTemplates: { '200': '{"statusCode":200}' },
      templateSelectionExpression: '200',
    });
    const route = this.api.addRoute('ping', { integration: mock, returnResponse: true });
    const integration = route.node.findChild('Pong') as WebSocketIntegration;
    // A mock integration is no proxy: without an integration response it answers nothing, and the route's L2 makes
    // none.
    new CfnIntegrationResponse(this, 'PongResponse', {
      apiId: this.api.apiId,
      integrationId: integration.integrationId,
      integrationResponseKey: '$default',
      templateSelectionExpression: '200',
      responseTemplates: { '200': '{"type":"pong"}' },
    });
    // A route without a route response is one-way:
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
    this.api.addRoute('keep_alive', { integration: mock });
  }
}
