// What AWS bills for each type of resource in the template. A test fails for a type that has no entry here.
import type { BillingUnit } from '../local/meter.ts';

/** Billed by the month or by what is stored: in the lines for a month, not in those for a million notifications. */
export type MonthlyUnit =
  | 'custom_metrics'
  | 'alarms'
  | 'dashboards'
  | 'idle_receives'
  | 'table_storage'
  | 'log_storage'
  | 'sweeps'
  | 'cognito_users'
  | 'archived_events'
  | 'secrets';

export type Billed = (BillingUnit | MonthlyUnit)[];

/** Nothing is billed for it. */
const FREE: Billed = [];

export const BILLED_RESOURCES: Record<string, Billed> = {
  'AWS::ApiGatewayV2::Api': ['websocket_messages', 'websocket_connection_minutes', 'http_api_requests', 'data_out_gb'],
  'AWS::ApiGatewayV2::Authorizer': FREE,
  'AWS::ApiGatewayV2::Integration': FREE,
  'AWS::ApiGatewayV2::IntegrationResponse': FREE,
  'AWS::ApiGatewayV2::Route': FREE,
  'AWS::ApiGatewayV2::RouteResponse': FREE,
  'AWS::ApiGatewayV2::Stage': ['log_gb'],
  'AWS::CDK::Metadata': FREE,
  'AWS::CloudWatch::Alarm': ['alarms'],
  'AWS::CloudWatch::CompositeAlarm': ['alarms'],
  'AWS::CloudWatch::Dashboard': ['dashboards'],
  'AWS::Cognito::UserPool': ['cognito_users'],
  'AWS::Cognito::UserPoolClient': FREE,
  'AWS::Cognito::UserPoolDomain': FREE,
  'AWS::Cognito::UserPoolGroup': FREE,
  'AWS::Cognito::UserPoolResourceServer': FREE,
  'AWS::DynamoDB::GlobalTable': ['dynamodb_wru', 'dynamodb_rru', 'table_storage'],
  'AWS::Events::Archive': ['archived_events'],
  'AWS::Events::EventBus': ['eventbridge_events'],
  'AWS::Events::Rule': FREE,
  'AWS::IAM::Policy': FREE,
  'AWS::IAM::Role': FREE,
  'AWS::Lambda::EventSourceMapping': ['sqs_requests', 'idle_receives'],
  'AWS::Lambda::Function': ['lambda_requests', 'lambda_gb_seconds', 'log_gb', 'xray_traces', 'custom_metrics'],
  'AWS::Lambda::Permission': FREE,
  'AWS::Logs::LogGroup': ['log_storage'],
  // Queries are billed by what they scan, when somebody runs one.
  'AWS::Logs::QueryDefinition': FREE,
  'AWS::SNS::Subscription': FREE,
  'AWS::SNS::Topic': ['sns_requests', 'sns_mobile_deliveries'],
  'AWS::SNS::TopicPolicy': FREE,
  'AWS::SQS::Queue': ['sqs_requests'],
  'AWS::SQS::QueuePolicy': FREE,
  'AWS::Scheduler::Schedule': ['scheduler_invocations', 'sweeps'],
  'AWS::Scheduler::ScheduleGroup': ['scheduler_invocations'],
  'AWS::SecretsManager::Secret': ['secrets'],
};
