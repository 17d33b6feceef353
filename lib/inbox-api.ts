// The HTTP API: explicit routes, each with the auth it needs: open, JWT, or IAM for back ends.

import { Duration, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface InboxApiProps {
  issuer: string;
  audience: string;
  allowedOrigins: string[];
  removalPolicy: RemovalPolicy;
}

/** Our choice, far below the account's 10,000 a second (AWS limit), which the posts to sockets share. */
const THROTTLE = { rateLimit: 1_000, burstLimit: 500 };
/** Tickets come with every connection attempt, so after a disturbance everyone asks at once. */
const TICKET_THROTTLE = { throttlingRateLimit: 500, throttlingBurstLimit: 500 };

type AuthMethod = 'open' | 'jwt' | 'iam';

/** Method, path and auth method of every route; the function's own router has the same. */
export const INBOX_ROUTES: readonly (readonly [HttpMethod, string, AuthMethod])[] = [
  [HttpMethod.GET, '/health', 'open'],
  [HttpMethod.GET, '/api/v2/notifications', 'jwt'],
  [HttpMethod.GET, '/api/v2/notifications/unread-count', 'jwt'],
  [HttpMethod.GET, '/api/v2/notifications/stats', 'jwt'],
  [HttpMethod.PUT, '/api/v2/notifications/mark-all-read', 'jwt'],
  [HttpMethod.DELETE, '/api/v2/notifications/clear-all', 'jwt'],
  [HttpMethod.GET, '/api/v2/notifications/{id}', 'jwt'],
  [HttpMethod.PUT, '/api/v2/notifications/{id}/read', 'jwt'],
  [HttpMethod.PUT, '/api/v2/notifications/{id}/unread', 'jwt'],
  [HttpMethod.DELETE, '/api/v2/notifications/{id}', 'jwt'],
  [HttpMethod.GET, '/api/v2/preferences', 'jwt'],
  [HttpMethod.PUT, '/api/v2/preferences', 'jwt'],
  [HttpMethod.GET, '/api/v2/devices', 'jwt'],
  [HttpMethod.POST, '/api/v2/devices', 'jwt'],
  [HttpMethod.DELETE, '/api/v2/devices/{id}', 'jwt'],
  [HttpMethod.POST, '/api/v2/tickets', 'jwt'],
  [HttpMethod.POST, '/internal/tickets', 'iam'],
  [HttpMethod.POST, '/internal/events', 'iam'],
  [HttpMethod.GET, '/internal/users/{id}/presence', 'iam'],
  [HttpMethod.GET, '/internal/topics/{topic}/subscribers', 'iam'],
  [HttpMethod.GET, '/internal/broadcasts/{id}', 'iam'],
  [HttpMethod.POST, '/internal/broadcasts/estimate', 'iam'],
];

const OPEN_ON_PURPOSE = {
  id: 'AwsSolutions-APIG4',
  reason: 'Health checks carry no credentials, and the answer says nothing but that the function runs.',
};

export class InboxApi extends Construct {
  readonly api: HttpApi;
  private readonly authorizers: Record<AuthMethod, IHttpRouteAuthorizer | undefined>;

  constructor(scope: Construct, id: string, props: InboxApiProps) {
    super(scope, id);
    this.authorizers = {
      open: undefined,
      iam: new HttpIamAuthorizer(),
      jwt: new HttpJwtAuthorizer('Jwt', props.issuer, { jwtAudience: props.audience.split(',') }),
    };
    this.api = new HttpApi(this, 'Api', {
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: corsOrigins(props.allowedOrigins),
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
        allowHeaders: ['authorization', 'content-type'],
        exposeHeaders: ['retry-after'],
        maxAge: Duration.hours(1),
      },
    });
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs),
        format: AccessLogFormat.custom(
          JSON.stringify({
            request_id: '$context.requestId',
            route: '$context.routeKey',
            status: '$context.status',
            latency_ms: '$context.responseLatency',
            integration_error: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
    (stage.node.defaultChild as CfnStage).routeSettings = { 'POST /api/v2/tickets': routeSettings(TICKET_THROTTLE) };
  }

  /** Apart from the constructor, because the function may need the API's URL first. */
  serve(inbox: IFunction): void {
    const integration = new HttpLambdaIntegration('Inbox', inbox);
    for (const [method, path, auth] of INBOX_ROUTES) {
      const authorizer = this.authorizers[auth];
      const routes = this.api.addRoutes({ path, methods: [method], integration, ...(authorizer && { authorizer }) });
      if (auth === 'open') for (const route of routes) Validations.of(route).acknowledge(OPEN_ON_PURPOSE);
    }
  }
}

/** CloudFormation takes RouteSettings as plain JSON, so its names are written as the service has them. */
function routeSettings(throttle: { throttlingRateLimit: number; throttlingBurstLimit: number }) {
  return { ThrottlingRateLimit: throttle.throttlingRateLimit, ThrottlingBurstLimit: throttle.throttlingBurstLimit };
}

/** The gateway knows no ports left open. Any origin may then ask: it still needs a token, which no browser adds by itself. */
function corsOrigins(allowedOrigins: string[]): string[] {
  const isAny = allowedOrigins.length === 0 || allowedOrigins.some((origin) => origin.endsWith(':*'));
  return isAny ? ['*'] : allowedOrigins;
}
