// What is emulated of CloudFormation itself, and the resource types that change nothing a program on this machine could
// see.
import type { PartSupport } from '../support/rule.ts';

const logged = { ignoredWhole: 'log lines are shown, not kept' };
const encrypted = { ignoredWhole: 'nothing is encrypted at rest, and key policies are not checked' };

export const templateSupport: PartSupport = {
  title: 'Template',
  types: {
    'AWS::ApiGateway::Account': { ignoredWhole: 'access logs need no role here' },
    'AWS::CDK::Metadata': { ignoredWhole: 'it only counts CDK versions' },
    'AWS::KMS::Alias': encrypted,
    'AWS::KMS::Key': encrypted,
    'AWS::Logs::LogGroup': logged,
    'AWS::Logs::MetricFilter': logged,
    'AWS::Logs::QueryDefinition': logged,
    'AWS::Logs::ResourcePolicy': logged,
    'AWS::SSM::Parameter': { ignoredWhole: 'it is never read; a call to Parameter Store is refused by name' },
  },
  differences: [
    "One stack. Names and ids are made from the stack's name and the logical id; queue and API URLs are local, ARNs as on AWS.",
    "Intrinsics: `Ref`, `Fn::GetAtt`, `Fn::Join`, `Fn::Sub`, `Fn::Select`, `Fn::Split`, `Fn::If`, `Fn::FindInMap`, `Fn::Base64`, `AWS::NoValue`; conditions `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not`, `Condition`. `Fn::ImportValue`, `{{resolve:…}}`, transforms and Parameter Store parameters (but for CDK's bootstrap version) are errors.",
    'Template `Rules` are not evaluated. Of the constraints on parameters only `AllowedValues` is checked.',
    'Left aside and listed: dashboards, log groups, KMS keys, parameters, sign-in, backups, architectures, log formats, access logs, deletion of rows by time to live.',
  ],
};
