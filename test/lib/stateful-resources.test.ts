// What holds data or has an address others know: kept, recoverable, encrypted, and never replaced by a rename.
import { describe, expect, it } from 'vitest';
import { resourcesOf, templateWith } from './synthesized.ts';

const HOLDS_DATA = ['AWS::DynamoDB::GlobalTable', 'AWS::SQS::Queue', 'AWS::Cognito::UserPool'];
const HAS_ADDRESS = [
  'AWS::Events::EventBus',
  'AWS::SNS::Topic',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::Cognito::UserPoolClient',
];

/**
 * A logical id that changes is a deletion and a new, empty resource: inboxes, waiting messages and accounts are left behind,
 * producers put events on a bus that is gone, phones listen to a topic nobody publishes to. Renaming a construct or moving it
 * to another scope changes the id. So do it only with a plan for what is in there, and write the new id here.
 */
const PINNED: Record<string, string> = {
  ServiceStorageTable4BD708F4: 'AWS::DynamoDB::GlobalTable',
  ServiceIntakeBus632757CD: 'AWS::Events::EventBus',
  ServiceIntakeDispatch8016A94A: 'AWS::SQS::Queue',
  ServiceIntakeFanout80D3DC09: 'AWS::SQS::Queue',
  ServiceIntakeRejectedDAD8E7AA: 'AWS::SQS::Queue',
  ServiceIntakeDeadLetters58F75674: 'AWS::SQS::Queue',
  ServiceIntakeUndelivered4CDD3B23: 'AWS::SQS::Queue',
  ServiceSchedulesGroup0101F243: 'AWS::Scheduler::ScheduleGroup',
  ServicePushBroadcastsF7815068: 'AWS::SNS::Topic',
  ServicePushEndpointEventsDCEE86BE: 'AWS::SNS::Topic',
  ServiceIdentityUserPoolAA429523: 'AWS::Cognito::UserPool',
  ServiceIdentityUserPoolClientFF94294A: 'AWS::Cognito::UserPoolClient',
};

describe('a stack for production', () => {
  const template = templateWith({ pushApplications: { fcm: 'arn:aws:sns:eu-west-1:123456789012:app/GCM/my-app' } });

  it('has its stateful resources under their pinned ids', () => {
    const found = resourcesOf(template, ...HOLDS_DATA, ...HAS_ADDRESS).map(([id, { Type }]) => [id, Type]);
    expect(Object.fromEntries(found)).toEqual(PINNED);
  });

  it.each(
    resourcesOf(template, ...HOLDS_DATA).concat(
      resourcesOf(template, 'AWS::SNS::Topic').filter(([id]) => id.includes('Broadcasts')),
    ),
  )('keeps %s when it leaves the stack, unless the deploy that made it failed', (_id, resource) => {
    expect([resource.DeletionPolicy, resource.UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
  });

  it('can bring the table back to any second of the last 35 days', () => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::DynamoDB::GlobalTable')) {
      for (const replica of Properties.Replicas) {
        expect(replica.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
      }
    }
  });

  it('refuses to delete table and user pool where that is asked for', () => {
    const guarded = templateWith({ deletionProtection: true });
    const isGuarded = (of: typeof template) => [
      ...resourcesOf(of, 'AWS::DynamoDB::GlobalTable').flatMap(([, { Properties }]) =>
        Properties.Replicas.map((replica: any) => replica.DeletionProtectionEnabled ?? false),
      ),
      ...resourcesOf(of, 'AWS::Cognito::UserPool').map(
        ([, { Properties }]) => Properties.DeletionProtection === 'ACTIVE',
      ),
    ];
    expect(isGuarded(guarded)).toEqual([true, true]);
    // By default CloudFormation can take back a first deploy that failed.
    expect(isGuarded(template)).toEqual([false, false]);
  });

  it('encrypts what is stored', () => {
    // DynamoDB encrypts with a key of its own unless told otherwise: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html
    for (const [, { Properties }] of resourcesOf(template, 'AWS::DynamoDB::GlobalTable')) {
      expect(Properties.SSESpecification ?? { SSEEnabled: true }).toMatchObject({ SSEEnabled: true });
    }
    for (const [, { Properties }] of resourcesOf(template, 'AWS::SQS::Queue')) {
      expect(Properties.SqsManagedSseEnabled).toBe(true);
    }
  });

  it('keeps messages that wait for a person as long as SQS can', () => {
    const twoWeeks = 14 * 24 * 60 * 60;
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::SQS::Queue')) {
      if (Properties.RedrivePolicy === undefined)
        expect([id, Properties.MessageRetentionPeriod]).toEqual([id, twoWeeks]);
    }
  });
});

describe('a stack that does not keep its data', () => {
  const template = templateWith({ keepData: false });

  it('takes its data with it', () => {
    for (const [id, resource] of resourcesOf(template, ...HOLDS_DATA, 'AWS::Logs::LogGroup')) {
      expect([id, resource.DeletionPolicy]).toEqual([id, 'Delete']);
    }
    for (const [, { Properties }] of resourcesOf(template, 'AWS::DynamoDB::GlobalTable')) {
      expect(Properties.Replicas.some((replica: any) => replica.DeletionProtectionEnabled)).toBe(false);
    }
  });

  it('has the same resources as any other', () => {
    const ids = (keepData: boolean) => Object.keys(templateWith({ keepData }).toJSON().Resources);
    expect(ids(false)).toEqual(ids(true));
  });
});
