// Resource types that change nothing a program on this machine could see.
import type { TypeSupport } from './support-rule.ts';

const watched = { ignoredWhole: 'the console and the meter show what happens; nobody is paged' };
const logged = { ignoredWhole: 'log lines are shown, not kept' };
const encrypted = { ignoredWhole: 'nothing is encrypted at rest, and key policies are not checked' };

export const ignoredTypes: Record<string, TypeSupport> = {
  'AWS::ApiGateway::Account': { ignoredWhole: 'access logs need no role here' },
  'AWS::CDK::Metadata': { ignoredWhole: 'it only counts CDK versions' },
  'AWS::CloudWatch::Alarm': watched,
  'AWS::CloudWatch::CompositeAlarm': watched,
  'AWS::CloudWatch::Dashboard': watched,
  'AWS::KMS::Alias': encrypted,
  'AWS::KMS::Key': encrypted,
  'AWS::Logs::LogGroup': logged,
  'AWS::Logs::MetricFilter': logged,
  'AWS::Logs::QueryDefinition': logged,
  'AWS::Logs::ResourcePolicy': logged,
  'AWS::SecretsManager::Secret': { ignoredWhole: 'it is never read; a call to Secrets Manager is refused by name' },
  'AWS::SSM::Parameter': { ignoredWhole: 'it is never read; a call to Parameter Store is refused by name' },
};
