// For each resource type: what Ref and Fn::GetAtt give on AWS. A type missing here can't be loaded.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ (each type's page, "Return values")
import type { Identified, Identify } from './identity.ts';

/** Nothing but a name of its own, e.g. policies attached to something else. */
const nameless =
  (...attributes: string[]): Identify =>
  (r) => {
    const ref = r.name('', 128);
    return { ref, attributes: Object.fromEntries(attributes.map((attribute) => [attribute, ref])) };
  };

/** Named by a property; the ARN ends in that name. The numbers below are AWS's limits on names. */
const named =
  (
    property: string,
    maxLength: number,
    arn?: (r: Identified, name: string) => string,
    ...nameAttributes: string[]
  ): Identify =>
  (r) => {
    const ref = r.name(property, maxLength);
    const attributes = Object.fromEntries(nameAttributes.map((attribute) => [attribute, ref]));
    return { ref, attributes: arn ? { Arn: arn(r, ref), ...attributes } : attributes };
  };

const idOf =
  (length: number, attribute: string): Identify =>
  (r) => ({ ref: r.id(length), attributes: { [attribute]: r.id(length) } });

const table: Identify = (r) => {
  const name = r.name('TableName', 255);
  const arn = r.arn('dynamodb', `table/${name}`);
  // The label is the table's creation time on AWS.
  return { ref: name, attributes: { Arn: arn, StreamArn: `${arn}/stream/2026-01-01T00:00:00.000`, TableId: r.uuid() } };
};

const iamPath = (r: Identified) => r.property('Path') ?? '/';
const secretSuffix = (r: Identified) => `${r.name('Name', 512)}-${r.id(6, 'mixed')}`;

export const identities: Record<string, Identify> = {
  'AWS::ApiGateway::Account': nameless('Id'),
  'AWS::ApiGatewayV2::Api': (r) => {
    const id = r.id(10);
    const scheme = r.property('ProtocolType') === 'WEBSOCKET' ? 'wss' : 'https';
    return {
      ref: id,
      attributes: { ApiId: id, ApiEndpoint: `${scheme}://${id}.execute-api.${r.region}.amazonaws.com` },
    };
  },
  'AWS::ApiGatewayV2::Authorizer': idOf(6, 'AuthorizerId'),
  'AWS::ApiGatewayV2::Deployment': idOf(6, 'DeploymentId'),
  'AWS::ApiGatewayV2::Integration': idOf(7, 'IntegrationId'),
  'AWS::ApiGatewayV2::IntegrationResponse': idOf(7, 'IntegrationResponseId'),
  'AWS::ApiGatewayV2::Route': idOf(7, 'RouteId'),
  'AWS::ApiGatewayV2::RouteResponse': idOf(7, 'RouteResponseId'),
  'AWS::ApiGatewayV2::Stage': named('StageName', 128),
  'AWS::CDK::Metadata': nameless(),
  'AWS::CloudWatch::Alarm': named('AlarmName', 255, (r, name) => r.arn('cloudwatch', `alarm:${name}`)),
  'AWS::CloudWatch::CompositeAlarm': named('AlarmName', 255, (r, name) => r.arn('cloudwatch', `alarm:${name}`)),
  'AWS::CloudWatch::Dashboard': named('DashboardName', 255),
  'AWS::Cognito::UserPool': (r) => {
    const id = `${r.region}_${r.id(9, 'mixed')}`;
    const provider = `cognito-idp.${r.region}.amazonaws.com/${id}`;
    const arn = r.arn('cognito-idp', `userpool/${id}`);
    return {
      ref: id,
      attributes: { Arn: arn, ProviderName: provider, ProviderURL: `https://${provider}`, UserPoolId: id },
    };
  },
  'AWS::Cognito::UserPoolClient': (r) => ({
    ref: r.id(26),
    attributes: { ClientId: r.id(26), Name: r.name('ClientName', 128) },
  }),
  'AWS::Cognito::UserPoolDomain': named('Domain', 63, undefined, 'Id'),
  'AWS::Cognito::UserPoolGroup': named('GroupName', 128),
  'AWS::Cognito::UserPoolResourceServer': named('Identifier', 256),
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::Archive': named('ArchiveName', 48, (r, name) => r.arn('events', `archive/${name}`), 'ArchiveName'),
  'AWS::Events::EventBus': named('Name', 256, (r, name) => r.arn('events', `event-bus/${name}`), 'Name'),
  'AWS::Events::EventBusPolicy': nameless(),
  'AWS::Events::Rule': (r) => {
    const name = r.name('Name', 64);
    const bus = (r.property('EventBusName') ?? 'default').replace(/^arn:.*:event-bus\//, '');
    if (bus === 'default') return { ref: name, attributes: { Arn: r.arn('events', `rule/${name}`) } };
    // Undocumented: https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1131
    return { ref: `${bus}|${name}`, attributes: { Arn: r.arn('events', `rule/${bus}/${name}`) } };
  },
  'AWS::IAM::ManagedPolicy': (r) => {
    const arn = `arn:aws:iam::${r.accountId}:policy${iamPath(r)}${r.name('ManagedPolicyName', 128)}`;
    return { ref: arn, attributes: { PolicyArn: arn, PolicyId: `ANPA${r.id(17).toUpperCase()}` } };
  },
  'AWS::IAM::Policy': nameless('Id'),
  'AWS::IAM::Role': (r) => {
    const name = r.name('RoleName', 64);
    const arn = `arn:aws:iam::${r.accountId}:role${iamPath(r)}${name}`;
    return { ref: name, attributes: { Arn: arn, RoleId: `AROA${r.id(17).toUpperCase()}` } };
  },
  'AWS::IAM::RolePolicy': nameless(),
  'AWS::KMS::Alias': named('AliasName', 256),
  'AWS::KMS::Key': (r) => ({ ref: r.uuid(), attributes: { Arn: r.arn('kms', `key/${r.uuid()}`), KeyId: r.uuid() } }),
  'AWS::Lambda::EventSourceMapping': (r) => ({
    ref: r.uuid(),
    attributes: { Id: r.uuid(), EventSourceMappingArn: r.arn('lambda', `event-source-mapping:${r.uuid()}`) },
  }),
  'AWS::Lambda::Function': named('FunctionName', 64, (r, name) => r.arn('lambda', `function:${name}`)),
  'AWS::Lambda::LayerVersion': (r) => {
    const arn = r.arn('lambda', `layer:${r.name('LayerName', 140)}:1`);
    return { ref: arn, attributes: { LayerVersionArn: arn } };
  },
  'AWS::Lambda::Permission': nameless('Id'),
  'AWS::Logs::LogGroup': named('LogGroupName', 512, (r, name) => r.arn('logs', `log-group:${name}:*`)),
  'AWS::Logs::MetricFilter': named('FilterName', 512),
  'AWS::Logs::QueryDefinition': (r) => ({ ref: r.uuid(), attributes: { QueryDefinitionId: r.uuid() } }),
  'AWS::Logs::ResourcePolicy': named('PolicyName', 255),
  'AWS::SNS::Subscription': (r) => {
    const arn = `${r.property('TopicArn') ?? ''}:${r.uuid()}`;
    return { ref: arn, attributes: { Arn: arn } };
  },
  'AWS::SNS::Topic': (r) => {
    const name = r.name('TopicName', 256);
    const arn = r.arn('sns', name);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
  'AWS::SNS::TopicInlinePolicy': nameless(),
  'AWS::SNS::TopicPolicy': nameless('Id'),
  'AWS::SQS::Queue': (r) => {
    const name = r.name('QueueName', 80);
    const url = `${r.awsBaseUrl}/${r.accountId}/${name}`;
    return { ref: url, attributes: { Arn: r.arn('sqs', name), QueueName: name, QueueUrl: url } };
  },
  'AWS::SQS::QueuePolicy': nameless('Id'),
  'AWS::SSM::Parameter': (r) => ({
    ref: r.name('Name', 1011),
    attributes: { Type: r.property('Type') ?? 'String', Value: r.property('Value') ?? '' },
  }),
  'AWS::Scheduler::Schedule': named('Name', 64, (r, name) =>
    r.arn('scheduler', `schedule/${r.property('GroupName') ?? 'default'}/${name}`),
  ),
  'AWS::Scheduler::ScheduleGroup': named('Name', 64, (r, name) => r.arn('scheduler', `schedule-group/${name}`)),
  'AWS::SecretsManager::Secret': (r) => {
    const arn = r.arn('secretsmanager', `secret:${secretSuffix(r)}`);
    return { ref: arn, attributes: { Id: arn } };
  },
};
