// Rules about functions and their roles.
import type { DeployRule, Finding } from './deploy-rule.ts';
import { dependsOn, references, referred, resolvedLength } from './stack-view.ts';

const FUNCTION = 'AWS::Lambda::Function';
/** AWS limits: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const ENVIRONMENT_BYTES_MAX = 4_096;
/** Half of AWS's limit of 20 KB, so that an app around the construct has room too (our choice). */
const RESOURCE_POLICY_BYTES_MAX = 10_240;
/** What Lambda makes of one permission, beside its SourceArn (our estimate). */
const PERMISSION_BYTES = 300;
/**
 * AWS limit of all inline policies of a role:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const INLINE_POLICIES_CHARACTERS_MAX = 10_240;
/** Those that can still be created: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const CURRENT_RUNTIMES = ['nodejs22.x', 'nodejs24.x'];

export const functionRules: DeployRule[] = [
  {
    id: 'function-waits-for-role-policies',
    holds: 'A function depends on all policies of its role.',
    otherwise: 'It runs, or its mapping is refused, before it may do what it must.',
    check: (stack) =>
      stack.ofType(FUNCTION).flatMap(({ logicalId, properties, resource }) => {
        const role = referred(properties.Role);
        const policies = stack
          .ofType('AWS::IAM::Policy')
          .filter((policy) => [policy.properties.Roles ?? []].flat().map(referred).includes(role))
          .map((policy) => policy.logicalId);
        const missing = policies.filter((policy) => !dependsOn(resource).includes(policy));
        return missing.map((policy) => ({ logicalId, problem: `doesn't wait for ${policy}` }));
      }),
  },
  {
    id: 'function-policy-fits',
    holds: "A function's resource policy stays below 10 KB.",
    otherwise: "Lambda takes 20 KB: the permission that doesn't fit is refused.",
    check(stack) {
      const bytes = new Map<string, number>();
      for (const { properties } of stack.ofType('AWS::Lambda::Permission')) {
        const id = referred(properties.FunctionName) ?? '';
        bytes.set(id, (bytes.get(id) ?? 0) + PERMISSION_BYTES + resolvedLength(properties.SourceArn));
      }
      return [...bytes].flatMap(([logicalId, size]) =>
        size > RESOURCE_POLICY_BYTES_MAX
          ? [{ logicalId, problem: `has a resource policy of about ${size} bytes` }]
          : [],
      );
    },
  },
  {
    id: 'environment-fits',
    holds: "A function's environment variables take at most 4 KB.",
    otherwise: 'Lambda refuses the function.',
    check: (stack) =>
      stack.ofType(FUNCTION).flatMap(({ logicalId, properties }) => {
        const bytes = resolvedLength(properties.Environment?.Variables ?? {});
        return bytes > ENVIRONMENT_BYTES_MAX
          ? [{ logicalId, problem: `has an environment of about ${bytes} bytes` }]
          : [];
      }),
  },
  {
    id: 'role-policies-fit',
    holds: "A role's inline policies have at most 10,240 characters together.",
    otherwise: 'IAM refuses the policy.',
    check(stack) {
      const characters = new Map<string, number>();
      for (const { properties } of stack.ofType('AWS::IAM::Policy')) {
        for (const role of [properties.Roles ?? []].flat().map(referred)) {
          const id = role ?? '';
          characters.set(id, (characters.get(id) ?? 0) + resolvedLength(properties.PolicyDocument));
        }
      }
      return [...characters].flatMap(([logicalId, size]) =>
        size > INLINE_POLICIES_CHARACTERS_MAX
          ? [{ logicalId, problem: `has policies of about ${size} characters` }]
          : [],
      );
    },
  },
  {
    id: 'current-runtime',
    holds: 'A function has a runtime that Lambda still creates functions with.',
    otherwise: 'Lambda refuses the function.',
    check: (stack) =>
      stack
        .ofType(FUNCTION)
        .flatMap(({ logicalId, properties }): Finding[] =>
          CURRENT_RUNTIMES.includes(properties.Runtime)
            ? []
            : [{ logicalId, problem: `has the runtime ${properties.Runtime}` }],
        ),
  },
  {
    id: 'scheduler-role-trusted',
    holds: "The scheduler's role trusts schedules of this account and of the stack's own group only.",
    otherwise:
      'CreateSchedule is refused, "must allow AWS EventBridge Scheduler to assume the role", or anyone\'s schedule may use it.',
    check: (stack) =>
      stack.ofType('AWS::IAM::Role').flatMap(({ logicalId, properties }) => {
        const statements: any[] = [properties.AssumeRolePolicyDocument?.Statement].flat();
        const forScheduler = statements.filter(({ Principal }) => Principal?.Service === 'scheduler.amazonaws.com');
        const isBound = ({ Condition }: any) => {
          const { 'aws:SourceArn': group, 'aws:SourceAccount': account } = Condition?.StringEquals ?? {};
          const [id] = references(group);
          return account?.Ref === 'AWS::AccountId' || typeof account === 'string'
            ? stack.find(id)?.Type === 'AWS::Scheduler::ScheduleGroup'
            : false;
        };
        return forScheduler.every(isBound) ? [] : [{ logicalId, problem: 'trusts any schedule' }];
      }),
  },
];
