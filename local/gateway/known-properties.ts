// Which template properties of AWS::ApiGatewayV2 the gateways obey; any other is refused by name, never skipped.
import type { Resource } from '../stack.ts';

interface Known {
  emulated: string[];
  /** Changes nothing a client or a function could see. */
  harmless: string[];
}

export const KNOWN_PROPERTIES: Record<string, Known> = {
  'AWS::ApiGatewayV2::Api': {
    emulated: ['ProtocolType', 'RouteSelectionExpression', 'CorsConfiguration'],
    harmless: ['Name', 'Description', 'Tags', 'Version', 'IpAddressType'],
  },
  'AWS::ApiGatewayV2::Stage': {
    emulated: ['ApiId', 'StageName', 'DefaultRouteSettings', 'StageVariables'],
    harmless: ['AutoDeploy', 'DeploymentId', 'AccessLogSettings', 'Description', 'Tags'],
  },
  'AWS::ApiGatewayV2::Route': {
    emulated: [
      'ApiId',
      'RouteKey',
      'Target',
      'AuthorizationType',
      'AuthorizerId',
      'AuthorizationScopes',
      'RouteResponseSelectionExpression',
    ],
    harmless: ['OperationName'],
  },
  'AWS::ApiGatewayV2::Integration': {
    emulated: [
      'ApiId',
      'IntegrationType',
      'IntegrationUri',
      'IntegrationSubtype',
      'PayloadFormatVersion',
      'RequestParameters',
      'CredentialsArn',
      'TimeoutInMillis',
      'RequestTemplates',
      'TemplateSelectionExpression',
    ],
    // The method of a Lambda integration is always POST, and a connection type other than INTERNET needs a VPC link.
    harmless: ['Description', 'IntegrationMethod', 'ConnectionType'],
  },
  'AWS::ApiGatewayV2::Authorizer': {
    emulated: ['ApiId', 'AuthorizerType', 'AuthorizerUri', 'IdentitySource', 'JwtConfiguration'],
    harmless: ['Name'],
  },
  'AWS::ApiGatewayV2::RouteResponse': { emulated: ['ApiId', 'RouteId', 'RouteResponseKey'], harmless: [] },
  'AWS::ApiGatewayV2::IntegrationResponse': {
    emulated: ['ApiId', 'IntegrationId', 'IntegrationResponseKey', 'ResponseTemplates', 'TemplateSelectionExpression'],
    harmless: [],
  },
};

/** Throws when the resource asks for something the gateways don't do. */
export function checkProperties(resource: Resource): void {
  const known = KNOWN_PROPERTIES[resource.type];
  if (!known) return;
  for (const [name, value] of Object.entries(resource.properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (!known.emulated.includes(name) && !known.harmless.includes(name)) notEmulated(resource, name, value);
  }
}

/** As checkProperties; and on AWS a stage with nothing deployed serves nothing. */
export function checkStage(stage: Resource): void {
  checkProperties(stage);
  if (stage.properties.AutoDeploy === true || stage.properties.DeploymentId) return;
  throw new Error(
    `${stage.logicalId} (${stage.type}) has neither AutoDeploy nor a DeploymentId: on AWS it would serve no route. Set AutoDeploy: true.`,
  );
}

export function notEmulated(resource: Resource, property: string, value: unknown, remedy = ''): never {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  throw new Error(
    `${resource.logicalId} (${resource.type}): ${property} = ${shown?.slice(0, 200)} is not emulated by the local gateway.` +
      ` ${remedy || 'Use what local/gateway/known-properties.ts lists, or teach the gateway this one.'}`,
  );
}
