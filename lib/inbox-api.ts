// The HTTP API: explicit routes, each with the auth it needs: open, JWT, or IAM for back ends.

import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { REST_ROUTES, type RestRoute } from '../protocol/rest-routes.ts';
import { accessLogGroup } from './access-logs.ts';
import { corsOrigins } from './allowed-origins.ts';
import { apiName } from './api-name.ts';
import { FunctionIntegration } from './function-integration.ts';
import type { Throttle } from './throttle.ts';
import { Validations } from './validations.ts';

export interface InboxApiProps {
  issuer: string;
  audiences: readonly string[];
  allowedOrigins: readonly string[];
  throttle: Throttle;
  removalPolicy: RemovalPolicy;
}

type AuthMethod = RestRoute['auth'];

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
      jwt: new HttpJwtAuthorizer('Jwt', props.issuer, { jwtAudience: [...props.audiences] }),
    };
    this.api = new HttpApi(this, 'Api', {
      apiName: apiName(this),
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: corsOrigins(props.allowedOrigins),
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
        allowHeaders: ['authorization', 'content-type', 'if-none-match'],
        exposeHeaders: ['etag', 'retry-after'],
        maxAge: Duration.hours(1),
      },
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.throttle.ratePerSecond, burstLimit: props.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogGroup(this, props.removalPolicy)),
        // Each call pays for its line, so it is short. Latency is a metric of API Gateway.
        format: AccessLogFormat.custom(
          JSON.stringify({
            id: '$context.requestId',
            status: '$context.status',
            route: '$context.routeKey',
            error: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
  }

  /** Apart from the constructor, because the function may need the API's URL first. */
  serve(inbox: IFunction): void {
    const integration = new FunctionIntegration('Inbox', this.api, inbox);
    for (const { method, path, auth } of Object.values(REST_ROUTES)) {
      const authorizer = this.authorizers[auth];
      const routes = this.api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration,
        ...(authorizer && { authorizer }),
      });
      if (auth === 'open') for (const route of routes) Validations.of(route).acknowledge(OPEN_ON_PURPOSE);
    }
  }
}
