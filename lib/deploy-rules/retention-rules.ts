// Rules about what stays when the stack, or a first deploy that failed, is taken away.
import type { DeployRule } from './deploy-rule.ts';
import { type OwnResource, references, type StackView } from './stack-view.ts';

/** The property that gives each type its name; CloudFormation names it where that is absent. */
const NAME: Record<string, string> = {
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Cognito::UserPool': 'UserPoolName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::Events::EventBus': 'Name',
  'AWS::Events::Archive': 'ArchiveName',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::ApiGatewayV2::Api': 'Name',
};

const HOLD_DATA = ['AWS::DynamoDB::GlobalTable', 'AWS::Cognito::UserPool', 'AWS::SecretsManager::Secret'];

export const retentionRules: DeployRule[] = [
  {
    id: 'retained-except-on-create',
    holds: 'What is retained is retained except on create, and on replacement too.',
    otherwise: 'A failed first deploy leaves resources behind; a replacement deletes the data.',
    check: (stack) =>
      stack.own.flatMap(({ logicalId, resource }) => {
        const { DeletionPolicy: deletion, UpdateReplacePolicy: replacement } = resource;
        if (deletion === 'Retain') return [{ logicalId, problem: 'has the DeletionPolicy Retain' }];
        if (deletion !== 'RetainExceptOnCreate' || replacement === 'Retain') return [];
        return [{ logicalId, problem: `has the UpdateReplacePolicy ${replacement ?? 'Delete'}` }];
      }),
  },
  {
    id: 'data-retained-or-deleted',
    holds: 'Table, user pool and secret say what becomes of them, the same for deletion and replacement.',
    otherwise: 'CloudFormation deletes them with the stack, or keeps an old one beside the new one, unseen.',
    check: (stack) =>
      stack.ofType(...HOLD_DATA).flatMap(({ logicalId, resource }) => {
        const policies = `${resource.DeletionPolicy}, ${resource.UpdateReplacePolicy}`;
        if (policies === 'RetainExceptOnCreate, Retain' || policies === 'Delete, Delete') return [];
        return [{ logicalId, problem: `has the policies ${policies}` }];
      }),
  },
  {
    id: 'retained-without-fixed-name',
    holds: "Nothing that is retained has a name of ours, but one with a part of the stack's id.",
    otherwise: 'The next stack meets the name: "already exists".',
    check: (stack) =>
      retained(stack).flatMap(({ logicalId, type, properties }) => {
        const name = properties[NAME[type] ?? 'Name'];
        if (name === undefined || JSON.stringify(name).includes('AWS::StackId')) return [];
        return [{ logicalId, problem: `is retained and called ${JSON.stringify(name)}` }];
      }),
  },
  {
    id: 'schedule-group-deleted',
    holds: 'The schedule group is deleted with the stack, and named by CloudFormation.',
    otherwise:
      'Its role goes with the stack, so no schedule in it could run; its name is in the way of the next stack.',
    check: (stack) =>
      stack.ofType('AWS::Scheduler::ScheduleGroup').flatMap(({ logicalId, resource, properties }) => {
        if (isRetained(resource)) return [{ logicalId, problem: 'is retained' }];
        return properties.Name === undefined
          ? []
          : [{ logicalId, problem: `is called ${JSON.stringify(properties.Name)}` }];
      }),
  },
  {
    id: 'deletion-protection-asked-for',
    holds: 'Table and user pool refuse to be deleted only where that was asked for.',
    otherwise: "CloudFormation can't take back a first deploy that failed: ROLLBACK_FAILED.",
    check: (stack) =>
      stack.ofType('AWS::DynamoDB::GlobalTable', 'AWS::Cognito::UserPool').flatMap(({ logicalId, properties }) => {
        const replicas: any[] = properties.Replicas ?? [];
        const isProtected =
          properties.DeletionProtection === 'ACTIVE' || replicas.some((one) => one.DeletionProtectionEnabled === true);
        return isProtected && !stack.asked.deletionProtection ? [{ logicalId, problem: 'is protected, unasked' }] : [];
      }),
  },
  {
    id: 'functions-log-to-own-groups',
    holds: 'Every function logs to a group of the stack, and no role may create groups.',
    otherwise:
      "Lambda makes a group that never expires and that no stack deletes, or the stack's own can't be created any more.",
    check: (stack) => [
      ...stack.ofType('AWS::Lambda::Function').flatMap(({ logicalId, properties }) => {
        const [group] = references(properties.LoggingConfig?.LogGroup);
        const isOwn = stack.find(group)?.Type === 'AWS::Logs::LogGroup';
        return isOwn ? [] : [{ logicalId, problem: 'logs to no group of the stack' }];
      }),
      ...stack
        .ofType('AWS::IAM::Policy', 'AWS::IAM::Role')
        .flatMap(({ logicalId, properties }) =>
          /"logs:(CreateLogGroup|\*|Create\*)"/.test(JSON.stringify(properties))
            ? [{ logicalId, problem: 'may create log groups' }]
            : [],
        ),
    ],
  },
];

const isRetained = ({ DeletionPolicy: policy }: { DeletionPolicy?: string }): boolean =>
  policy === 'Retain' || policy === 'RetainExceptOnCreate';

const retained = (stack: StackView): OwnResource[] => stack.own.filter(({ resource }) => isRetained(resource));
