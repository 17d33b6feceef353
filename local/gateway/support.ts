// What is emulated of API Gateway, and how it differs.
import { allEmulated, description, fields, ignored, only, type PartSupport, refused, tags } from '../support/rule.ts';

const itsOwnLog = ignored('the runtime shows requests itself');
const routeSettings = fields({
  ...allEmulated('ThrottlingBurstLimit', 'ThrottlingRateLimit'),
  DataTraceEnabled: itsOwnLog,
  DetailedMetricsEnabled: itsOwnLog,
  LoggingLevel: itsOwnLog,
});

export const gatewaySupport: PartSupport = {
  title: 'API Gateway',
  types: {
    'AWS::ApiGatewayV2::Api': {
      ...allEmulated('Name', 'RouteSelectionExpression'),
      CorsConfiguration: fields(
        allEmulated('AllowCredentials', 'AllowHeaders', 'AllowMethods', 'AllowOrigins', 'ExposeHeaders', 'MaxAge'),
      ),
      Description: description,
      DisableExecuteApiEndpoint: only([false], 'the local URL replaces the default endpoint'),
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
  },
  differences: [
    "The account's limits (10,000 requests/s, 500 new connections/s) are not enforced. A stage's throttling is exact; AWS's is best effort.",
    'Requests refused by an authorizer or by throttling are not metered, nor are connects and disconnects as messages. Connection minutes are fractions.',
    '`domainName` is the local host, `X-Forwarded-Proto` is `http`.',
    'HTTP API: one API, `$default` stage only. Not emulated: HTTP proxies, VPC links, Lambda authorizers, parameter mapping, custom domains. The EventBridge integration takes `Detail`, `DetailType`, `Source` and `EventBusName`.',
    "JWT authorizer: error descriptions are AWS's own only for the audience. An issuer that does not answer gives 500 and a log line. An unknown key id fetches the keys anew at most once a minute.",
    'IAM authorizer: `callerId` and `userId` are the access key id.',
    "WebSocket API: one API. Not emulated: IAM on `$connect`, API keys, models, AWS and HTTP integrations. Template selection expressions are constants; mapping templates know `$context.*`, `$input.body` and `$input.json('$.a.b')`, and anything else is an error at the start. A response template sees the mock's own body.",
    '`$connect`: a function that fails gives 502, one that runs out of time 504. A throttled message closes the socket with 1008.',
    'Pings of the WebSocket protocol itself do not reset the idle limit (unknown for AWS).',
    'A client counts as too slow when 1 MiB waits for it (AWS publishes no number). Bytes that are no UTF-8 in a post become U+FFFD. A malformed connection id gives 410.',
  ],
};
