// What the runtime emulates of the HTTP API, the WebSocket API and the user pool.
import {
  allEmulated,
  description,
  emulated,
  fields,
  ignored,
  only,
  refused,
  type TypeSupport,
  tags,
} from './support-rule.ts';

const itsOwnLog = ignored('the runtime shows requests itself');
const routeSettings = fields({
  ...allEmulated('ThrottlingBurstLimit', 'ThrottlingRateLimit'),
  DataTraceEnabled: itsOwnLog,
  DetailedMetricsEnabled: itsOwnLog,
  LoggingLevel: itsOwnLog,
});
const noSignIn = ignored('nobody signs in locally; tokens come from POST /_local/tokens');

export const gatewaySupport: Record<string, TypeSupport> = {
  'AWS::ApiGatewayV2::Api': {
    ...allEmulated('Name', 'RouteSelectionExpression'),
    CorsConfiguration: fields(
      allEmulated('AllowCredentials', 'AllowHeaders', 'AllowMethods', 'AllowOrigins', 'ExposeHeaders', 'MaxAge'),
    ),
    Description: description,
    DisableExecuteApiEndpoint: only([false], 'the local URL stands for the default endpoint'),
    IpAddressType: ignored('the runtime listens on 127.0.0.1'),
    ProtocolType: only(['HTTP', 'WEBSOCKET'], 'use one of them'),
    Tags: tags,
    Version: description,
  },
  'AWS::ApiGatewayV2::Stage': {
    ...allEmulated('ApiId', 'StageName', 'StageVariables'),
    AccessLogSettings: itsOwnLog,
    AutoDeploy: ignored('the template is served as it is'),
    DefaultRouteSettings: routeSettings,
    DeploymentId: ignored('the template is served as it is'),
    Description: description,
    RouteSettings: refused(
      'API Gateway refuses a stage that names a route it has not, or no longer; set DefaultRouteSettings alone',
    ),
    Tags: tags,
  },
  'AWS::ApiGatewayV2::Route': {
    ...allEmulated(
      'ApiId',
      'AuthorizationScopes',
      'AuthorizerId',
      'RouteKey',
      'RouteResponseSelectionExpression',
      'Target',
    ),
    ApiKeyRequired: only([false], 'API keys are not emulated'),
    AuthorizationType: only(['NONE', 'JWT', 'AWS_IAM', 'CUSTOM'], 'use one of them'),
    OperationName: description,
  },
  'AWS::ApiGatewayV2::Integration': {
    ...allEmulated(
      'ApiId',
      'CredentialsArn',
      'IntegrationMethod',
      'IntegrationUri',
      'PayloadFormatVersion',
      'RequestParameters',
      'RequestTemplates',
      'TemplateSelectionExpression',
      'TimeoutInMillis',
    ),
    ConnectionType: only(['INTERNET'], 'VPC links are not emulated'),
    Description: description,
    IntegrationSubtype: only(['EventBridge-PutEvents'], 'of service integrations only this one is emulated'),
    IntegrationType: only(['AWS_PROXY', 'MOCK'], 'integrate a function'),
  },
  'AWS::ApiGatewayV2::IntegrationResponse': allEmulated(
    'ApiId',
    'IntegrationId',
    'IntegrationResponseKey',
    'ResponseTemplates',
    'TemplateSelectionExpression',
  ),
  'AWS::ApiGatewayV2::RouteResponse': {
    ...allEmulated('ApiId', 'RouteId'),
    RouteResponseKey: only(['$default'], 'AWS knows no other route response'),
  },
  'AWS::ApiGatewayV2::Authorizer': {
    ...allEmulated('ApiId', 'AuthorizerUri', 'IdentitySource', 'Name'),
    AuthorizerType: only(['JWT', 'REQUEST'], 'use one of them'),
    JwtConfiguration: fields(allEmulated('Audience', 'Issuer')),
  },
  'AWS::ApiGatewayV2::Deployment': { ignoredWhole: 'the template is served as it is' },
  'AWS::Cognito::UserPool': {
    LambdaConfig: refused('local tokens are made without triggers; set claims in POST /_local/tokens'),
    '*': noSignIn,
  },
  'AWS::Cognito::UserPoolClient': { UserPoolId: emulated, '*': noSignIn },
  'AWS::Cognito::UserPoolDomain': { ignoredWhole: 'nobody signs in locally; tokens come from POST /_local/tokens' },
  'AWS::Cognito::UserPoolGroup': { ignoredWhole: 'local tokens name no groups unless their claims say so' },
  'AWS::Cognito::UserPoolResourceServer': { ignoredWhole: 'local tokens carry whatever scopes are asked for' },
};
