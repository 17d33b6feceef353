// Resource types that change nothing a program on this machine could see, and alarms, which are only looked at.
import { allEmulated, description, ignored, type TypeSupport } from './support-rule.ts';

const watched = { ignoredWhole: 'the console and the meter show what happens' };
const notified = ignored(
  'nobody is notified: GET /_local/alarms has the state, and the log says when an alarm goes off',
);
const logged = { ignoredWhole: 'log lines are shown, not kept' };
const encrypted = { ignoredWhole: 'nothing is encrypted at rest, and key policies are not checked' };

export const ignoredTypes: Record<string, TypeSupport> = {
  'AWS::ApiGateway::Account': { ignoredWhole: 'access logs need no role here' },
  'AWS::CDK::Metadata': { ignoredWhole: 'it only counts CDK versions' },
  'AWS::CloudWatch::Alarm': {
    ...allEmulated('AlarmName', 'ComparisonOperator', 'Threshold', 'EvaluationPeriods', 'DatapointsToAlarm'),
    ...allEmulated('TreatMissingData', 'Metrics', 'MetricName', 'Namespace', 'Dimensions', 'Period', 'Statistic'),
    AlarmDescription: description,
    AlarmActions: notified,
    OKActions: notified,
    InsufficientDataActions: notified,
    ActionsEnabled: notified,
  },
  'AWS::CloudWatch::CompositeAlarm': { ignoredWhole: 'only plain alarms are evaluated' },
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
