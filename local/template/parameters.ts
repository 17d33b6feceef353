// The values of the template's parameters and of CloudFormation's pseudo parameters.
import { NO_VALUE } from './intrinsics.ts';
import type { TemplateParameter } from './template.ts';

export function parameterValues(
  declared: Record<string, TemplateParameter>,
  given: Record<string, string>,
): Map<string, unknown> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(declared, name))
      throw new Error(`the template has no parameter ${name}, but a value was given for it`);
  }
  return new Map(
    Object.entries(declared).map(([name, parameter]) => [name, parameterValue(name, parameter, given[name])]),
  );
}

function parameterValue(
  name: string,
  { Type, Default, AllowedValues }: TemplateParameter,
  given: string | undefined,
): unknown {
  const value = given ?? Default;
  if (value === undefined) throw new Error(`the parameter ${name} has no default; give it a value`);
  if (Array.isArray(AllowedValues) && !AllowedValues.map(String).includes(String(value))) {
    throw new Error(`the parameter ${name} can't be ${JSON.stringify(value)}, only one of ${AllowedValues.join(', ')}`);
  }
  if (Type.startsWith('AWS::SSM::Parameter::Value')) {
    // Only the bootstrap version check of the CDK uses one, and nothing reads it; another would need Parameter Store.
    if (given !== undefined || name === 'BootstrapVersion') return value;
    throw new Error(`the parameter ${name} is read from Parameter Store, which is not emulated; give it a value`);
  }
  if (Type === 'CommaDelimitedList' || Type.startsWith('List<')) {
    return Array.isArray(value)
      ? value
      : String(value)
          .split(',')
          .map((item) => item.trim());
  }
  return value;
}

export interface PseudoParameters {
  stackName: string;
  accountId: string;
  region: string;
  stackId: string;
}

export function pseudoParameters({ stackName, accountId, region, stackId }: PseudoParameters): Map<string, unknown> {
  return new Map<string, unknown>([
    ['AWS::AccountId', accountId],
    ['AWS::NoValue', NO_VALUE],
    ['AWS::NotificationARNs', []],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', region],
    ['AWS::StackId', stackId],
    ['AWS::StackName', stackName],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);
}
