// What holds data or has an address others know: kept, recoverable, encrypted, and never replaced by a rename.
import { describe, expect, it } from 'vitest';
import { resourcesOf, templateWith } from './synthesized.ts';

const HOLDS_DATA = [
  'AWS::DynamoDB::GlobalTable',
  'AWS::SQS::Queue',
  'AWS::Cognito::UserPool',
  'AWS::SecretsManager::Secret',
];
const HAS_ADDRESS = [
  'AWS::Events::EventBus',
  'AWS::SNS::Topic',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::Cognito::UserPoolClient',
];

/**
 * A logical id that changes is a deletion and a new, empty resource: inboxes, waiting messages and accounts are left
 * behind, producers put events on a bus that is gone, phones listen to a topic nobody publishes to. Renaming a
 * construct or moving it to another scope changes the id. So do it only with a plan for what is in there, and write the
 * new id here.
 */
const PINNED: Record<string, string> = {
  ServiceStorageTable4BD708F4: 'AWS::DynamoDB::GlobalTable',
  ServiceIntakeBus632757CD: 'AWS::Events::EventBus',
  ServiceIntakeDispatch8016A94A: 'AWS::SQS::Queue',
  ServiceIntakeFanout80D3DC09: 'AWS::SQS::Queue',
  ServiceIntakeRejectedDAD8E7AA: 'AWS::SQS::Queue',
  ServiceIntakeDeadLetters58F75674: 'AWS::SQS::Queue',
  ServiceIntakeFanoutDeadLettersA0BD8DF4: 'AWS::SQS::Queue',
  ServiceIntakeUndelivered4CDD3B23: 'AWS::SQS::Queue',
  ServiceSchedulesGroup0101F243: 'AWS::Scheduler::ScheduleGroup',
  ServicePushBroadcastsF7815068: 'AWS::SNS::Topic',
  ServicePushEndpointEventsDCEE86BE: 'AWS::SNS::Topic',
  ServiceWebPushKeysE8EDF209: 'AWS::SecretsManager::Secret',
  ServiceIdentityUserPoolAA429523: 'AWS::Cognito::UserPool',
  ServiceIdentityUserPoolClientFF94294A: 'AWS::Cognito::UserPoolClient',
};

/**
 * Two of them can't be side by side, and a renamed one is created before the old one is deleted: "already exists". A
 * new one is added here.
 */
const COLLIDES: Record<string, string> = {
  ServiceIdentityUserPoolApi688F25F4: 'AWS::Cognito::UserPoolResourceServer',
  ServiceIdentityUserPoolDomain5C8405DA: 'AWS::Cognito::UserPoolDomain',
  ServiceWebSocketApiF55C4AD1: 'AWS::ApiGatewayV2::Api',
  ServiceWebSocketApipingRoute03D2C4BB: 'AWS::ApiGatewayV2::Route',
  ServiceWebSocketApikeepaliveRoute24144FD0: 'AWS::ApiGatewayV2::Route',
  ServiceWebSocketApiconnectRoute83BC2AD1: 'AWS::ApiGatewayV2::Route',
  ServiceWebSocketApiAuthorizer61AD0AF5: 'AWS::ApiGatewayV2::Authorizer',
  ServiceWebSocketApidisconnectRoute8F215252: 'AWS::ApiGatewayV2::Route',
  ServiceWebSocketApisyncRoute37352876: 'AWS::ApiGatewayV2::Route',
  ServiceWebSocketApiclaimRoute43BDC5AA: 'AWS::ApiGatewayV2::Route',
  ServiceWebSocketApiackRoute31BF1120: 'AWS::ApiGatewayV2::Route',
  ServiceWebSocketApisubscribeRoute7EE6B328: 'AWS::ApiGatewayV2::Route',
  ServiceWebSocketApiunsubscribeRoute3A0F119F: 'AWS::ApiGatewayV2::Route',
  ServiceWebSocketApidefaultRoute4E6A21FA: 'AWS::ApiGatewayV2::Route',
  ServiceWebSocketStageFDB56621: 'AWS::ApiGatewayV2::Stage',
  ServiceHttpApiE206FBDA: 'AWS::ApiGatewayV2::Api',
  ServiceHttpApiGEThealth4E9C7C64: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiGETapiv2notificationsF7B6A3DB: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiJwt295B71D0: 'AWS::ApiGatewayV2::Authorizer',
  ServiceHttpApiGETapiv2notificationsunreadcount0F948370: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiGETapiv2notificationsstats72434810: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPUTapiv2notificationsmarkallread6FE1DFAC: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiDELETEapiv2notificationsclearall5596C0D3: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiGETapiv2notificationsid89757CFD: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPUTapiv2notificationsidread73CB13D2: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPUTapiv2notificationsidunread5681169D: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiDELETEapiv2notificationsid3A1E86A1: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPUTapiv2notificationsmarkallseenE7292902: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiDELETEapiv2notificationsidsnooze4E39155C: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPUTapiv2notificationsidsnooze176770E6: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPUTapiv2notificationsidclaimD7F9CC6D: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiDELETEapiv2notificationsidclaim47F94CD9: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiGETapiv2preferences6190632F: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPUTapiv2preferencesBF1A29A6: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiGETapiv2devicesD30639FB: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPOSTapiv2devices9B63EFBA: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiDELETEapiv2devicesid633ABB8F: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPOSTapiv2tickets3438B73D: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPOSTinternaltickets02BDD1E5: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiGETinternalbroadcastsid4378CDAA: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiGETinternalrequestsid1C752D05: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiGETapiv2deviceswebpushkey7E93B4D3: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiGETinternaltopicstopicsubscribers346785DA: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiGETinternalusersidexport0A1D718D: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiDELETEinternalusersid12635B62: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiGETinternalusersidpresenceBA64D95B: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPOSTinternalbroadcastsestimate6884A6A8: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPOSTinternalevents6C974BE4: 'AWS::ApiGatewayV2::Route',
  ServiceHttpApiPOSTinternalexplainE77B5320: 'AWS::ApiGatewayV2::Route',
  ServiceHttpStage29E39F3A: 'AWS::ApiGatewayV2::Stage',
  ServiceFunctionsdispatchQueue7EA9BB33: 'AWS::Lambda::EventSourceMapping',
  ServiceFunctionsfanoutQueue23D9052E: 'AWS::Lambda::EventSourceMapping',
};

describe('a stack for production', () => {
  const template = templateWith({
    pushApplications: { fcm: 'arn:aws:sns:eu-west-1:123456789012:app/GCM/my-app' },
    webPush: { contact: 'mailto:ops@example.com' },
  });

  it('has its stateful resources under their pinned ids', () => {
    const found = resourcesOf(template, ...HOLDS_DATA, ...HAS_ADDRESS).map(([id, { Type }]) => [id, Type]);
    expect(Object.fromEntries(found)).toEqual(PINNED);
  });

  it('has what collides with itself under its pinned ids', () => {
    const found = resourcesOf(template, ...new Set(Object.values(COLLIDES))).map(([id, { Type }]) => [id, Type]);
    expect(Object.fromEntries(found)).toEqual(COLLIDES);
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
    // DynamoDB encrypts with a key of its own unless configured otherwise:
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html
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
