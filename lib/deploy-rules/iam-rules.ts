// Rules about what policies allow: actions that exist, on resources they are about.
import { statementProblems } from '../../iam-reference/statement-problems.ts';
import type { DeployRule } from './deploy-rule.ts';
import { type OwnResource, referred, type StackView, written } from './stack-view.ts';

const POLICIES = ['AWS::IAM::Policy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'];

export const iamRules: DeployRule[] = [
  {
    id: 'iam-actions-fit-resources',
    holds:
      "Every action exists in AWS's service authorization reference, and is about a kind of resource that the statement names.",
    otherwise: 'The call is refused, although the policy seems to allow it.',
    check: (stack) =>
      statements(stack).flatMap(({ logicalId, statement: { Effect, Action, Resource } }) => {
        if (Effect !== 'Allow' || Action === undefined || Resource === undefined) return [];
        const resources = [Resource].flat().map((resource) => arnOf(stack, resource));
        return statementProblems([Action].flat(), resources).map(({ text }) => ({ logicalId, problem: text }));
      }),
  },
  {
    id: 'pass-role-with-create-schedule',
    holds: 'A role that may create schedules may pass a role, and to one service only.',
    otherwise: 'CreateSchedule is refused; or a function could hand its role to any service.',
    check(stack) {
      const roles = new Map<string, { creates: boolean; passes: boolean }>();
      const findings = statements(stack).flatMap(({ logicalId, properties, statement: { Action, Condition } }) => {
        const actions = [Action].flat();
        for (const role of [properties.Roles ?? []].flat().map((one) => referred(one) ?? '')) {
          const before = roles.get(role);
          const creates = before?.creates || actions.includes('scheduler:CreateSchedule');
          roles.set(role, { creates, passes: before?.passes || actions.includes('iam:PassRole') });
        }
        const isLimited = Condition?.StringEquals?.['iam:PassedToService'] !== undefined;
        return actions.includes('iam:PassRole') && !isLimited
          ? [{ logicalId, problem: 'passes a role to any service' }]
          : [];
      });
      const unable = [...roles].filter(([, { creates, passes }]) => creates && !passes);
      return [
        ...findings,
        ...unable.map(([logicalId]) => ({ logicalId, problem: 'creates schedules but passes no role' })),
      ];
    },
  },
];

interface PolicyStatement extends OwnResource {
  statement: Record<string, any>;
}

const statements = (stack: StackView): PolicyStatement[] =>
  stack
    .ofType(...POLICIES)
    .flatMap((policy) =>
      [policy.properties.PolicyDocument?.Statement ?? []].flat().map((statement: any) => ({ ...policy, statement })),
    );

/** What the ARN of each type looks like, for a Ref or Fn::GetAtt that resolves to it. */
const ARNS: Record<string, string> = {
  'AWS::DynamoDB::GlobalTable': 'arn:aws:dynamodb:region:account:table/name',
  'AWS::DynamoDB::Table': 'arn:aws:dynamodb:region:account:table/name',
  'AWS::SQS::Queue': 'arn:aws:sqs:region:account:name',
  'AWS::SNS::Topic': 'arn:aws:sns:region:account:name',
  'AWS::SecretsManager::Secret': 'arn:aws:secretsmanager:region:account:secret:name-abcdef',
  'AWS::Events::EventBus': 'arn:aws:events:region:account:event-bus/name',
  'AWS::IAM::Role': 'arn:aws:iam::account:role/name',
  'AWS::Logs::LogGroup': 'arn:aws:logs:region:account:log-group:name:*',
  'AWS::Lambda::Function': 'arn:aws:lambda:region:account:function:name',
};

/** A resource of a statement as an ARN with sample names; `*` where it isn't known. */
function arnOf(stack: StackView, resource: unknown): string {
  const whole = stack.find(referred(resource));
  if (whole) return ARNS[whole.Type] ?? '*';
  return written(resource).replaceAll(/\{([^}]*)\}/g, (_, name: string) => {
    const type = stack.find(name.split('.')[0])?.Type ?? '';
    return name.endsWith('.Arn') ? (ARNS[type] ?? '*') : name.replace(/^AWS::/, '').toLowerCase();
  });
}
