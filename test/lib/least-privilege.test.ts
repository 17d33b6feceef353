// What each function may do, to the letter: a grant that grows shows here, and so does one that is no longer needed.
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { resourcesOf, templateWith } from './synthesized.ts';

const TABLE = 'Storage/Table';
const UNREAD_INDEX = 'Storage/Table/index/unread';
const SOCKETS = 'arn:Partition:execute-api:Region:AccountId:WebSocket/Api/v1';
const POST_TO_SOCKETS = `${SOCKETS}/POST/@connections/*`;
const CLOSE_SOCKETS = `${SOCKETS}/DELETE/@connections/*`;
const OWN_SCHEDULES = 'arn:Partition:scheduler:Region:AccountId:schedule/Schedules/Group/*';

/** AWS gives these no resources. */
const TRACING = { 'xray:PutTraceSegments': ['*'], 'xray:PutTelemetryRecords': ['*'] };
const logging = (name: string) => ({
  'logs:CreateLogStream': [`Functions/${name}Logs`],
  'logs:PutLogEvents': [`Functions/${name}Logs`],
});
const consuming = (queue: string) => ({
  'sqs:ReceiveMessage': [queue],
  'sqs:DeleteMessage': [queue],
  'sqs:GetQueueAttributes': [queue],
});

const ALLOWED: Record<string, Record<string, string[]>> = {
  authorize: { 'dynamodb:DeleteItem': [TABLE] },
  socket: {
    'dynamodb:BatchGetItem': [TABLE],
    'dynamodb:BatchWriteItem': [TABLE],
    'dynamodb:DeleteItem': [TABLE],
    'dynamodb:GetItem': [TABLE],
    'dynamodb:PutItem': [TABLE],
    'dynamodb:Query': [TABLE, UNREAD_INDEX],
    'dynamodb:UpdateItem': [TABLE],
    'execute-api:ManageConnections': [CLOSE_SOCKETS, POST_TO_SOCKETS],
    'sqs:SendMessage': ['Intake/Dispatch'],
  },
  inbox: {
    'dynamodb:BatchGetItem': [TABLE],
    'dynamodb:BatchWriteItem': [TABLE],
    'dynamodb:DeleteItem': [TABLE],
    'dynamodb:GetItem': [TABLE],
    'dynamodb:PutItem': [TABLE],
    'dynamodb:Query': [TABLE, UNREAD_INDEX],
    'dynamodb:Scan': [TABLE],
    'dynamodb:UpdateItem': [TABLE],
    'events:PutEvents': ['Intake/Bus'],
    'execute-api:ManageConnections': [CLOSE_SOCKETS, POST_TO_SOCKETS],
    'sqs:SendMessage': ['Intake/Dispatch'],
  },
  dispatch: {
    'dynamodb:BatchWriteItem': [TABLE],
    'dynamodb:DeleteItem': [TABLE],
    'dynamodb:GetItem': [TABLE],
    'dynamodb:PutItem': [TABLE],
    'dynamodb:Query': [TABLE, UNREAD_INDEX],
    'dynamodb:UpdateItem': [TABLE],
    'execute-api:ManageConnections': [CLOSE_SOCKETS, POST_TO_SOCKETS],
    'iam:PassRole': ['Schedules/Role'],
    'scheduler:CreateSchedule': [OWN_SCHEDULES],
    'scheduler:DeleteSchedule': [OWN_SCHEDULES],
    'sqs:ChangeMessageVisibility': ['Intake/Dispatch'],
    'sqs:SendMessage': ['Intake/DeadLetters', 'Intake/Dispatch', 'Intake/Fanout', 'Intake/Rejected'],
    ...consuming('Intake/Dispatch'),
  },
  fanout: {
    'dynamodb:BatchWriteItem': [TABLE],
    'dynamodb:DeleteItem': [TABLE],
    'dynamodb:GetItem': [TABLE],
    'dynamodb:Query': [TABLE],
    'dynamodb:UpdateItem': [TABLE],
    'execute-api:ManageConnections': [POST_TO_SOCKETS],
    'sqs:ChangeMessageVisibility': ['Intake/Fanout'],
    'sqs:SendMessage': ['Intake/Fanout', 'Intake/FanoutDeadLetters'],
    ...consuming('Intake/Fanout'),
  },
};

/** Calls on the table and the partitions they may name. */
const INDEX = { 'dynamodb:Query of the index': ['BROADCAST', 'USER#*'] };
const TOUCHED_ROWS: Record<string, Record<string, string[]>> = {
  authorize: { 'dynamodb:DeleteItem': ['TICKET#*'] },
  socket: {
    ...INDEX,
    'dynamodb:BatchGetItem': ['CLAIM#*'],
    'dynamodb:BatchWriteItem': ['TOPIC#*', 'USER#*'],
    'dynamodb:DeleteItem': ['USER#*'],
    'dynamodb:GetItem': ['BROADCAST*', 'CLAIM#*', 'USER#*'],
    'dynamodb:PutItem': ['USER#*'],
    'dynamodb:Query': ['BROADCAST*', 'USER#*'],
    'dynamodb:UpdateItem': ['CLAIM#*', 'RATE#*', 'TOPIC#*', 'USER#*'],
  },
  inbox: {
    ...INDEX,
    'dynamodb:BatchGetItem': ['BROADCAST*', 'CLAIM#*', 'USER#*'],
    // To erase a user.
    'dynamodb:BatchWriteItem': [
      'AUDIENCE#*',
      'DEVICE#*',
      'DUE#*',
      'RATE#*',
      'REQUEST#*',
      'TICKET#*',
      'TOPIC#*',
      'USER#*',
    ],
    'dynamodb:DeleteItem': ['DEVICE#*', 'USER#*'],
    'dynamodb:GetItem': ['AUDIENCE#*', 'BROADCAST*', 'CLAIM#*', 'DEVICE#*', 'HEALTH', 'RATE#*', 'REQUEST#*', 'USER#*'],
    'dynamodb:PutItem': ['DEVICE#*', 'TICKET#*', 'USER#*'],
    'dynamodb:Query': ['BROADCAST*', 'FANOUT#*', 'REQUEST#*', 'TOPIC#*', 'USER#*'],
    // A scan knows no partition keys.
    'dynamodb:Scan': [],
    'dynamodb:UpdateItem': ['AUDIENCE#*', 'CLAIM#*', 'RATE#*', 'TOPIC#*', 'USER#*'],
  },
  dispatch: {
    ...INDEX,
    'dynamodb:BatchWriteItem': ['REQUEST#*', 'TOPIC#*', 'USER#*'],
    'dynamodb:DeleteItem': ['DEVICE#*', 'DUE#*', 'USER#*'],
    'dynamodb:GetItem': ['BROADCAST*', 'DEVICE#*', 'FANOUT#*', 'RATE#*', 'REQUEST#*', 'SWEEP', 'USER#*'],
    'dynamodb:PutItem': ['BROADCAST*', 'CLAIM#*', 'DUE#*', 'FANOUT#*', 'REQUEST#*', 'SWEEP', 'USER#*'],
    'dynamodb:Query': ['BROADCAST*', 'DUE#*', 'FANOUT#*', 'REQUEST#*', 'TOPIC#*', 'USER#*'],
    'dynamodb:UpdateItem': ['BROADCAST*', 'DUE#*', 'FANOUT#*', 'RATE#*', 'REQUEST#*', 'USER#*'],
  },
  fanout: {
    'dynamodb:BatchWriteItem': ['TOPIC#*', 'USER#*'],
    'dynamodb:DeleteItem': ['USER#*'],
    'dynamodb:GetItem': ['FANOUT#*'],
    'dynamodb:Query': ['TOPIC#*'],
    'dynamodb:UpdateItem': ['FANOUT#*'],
  },
};

/** With platform applications named, on top of the above. */
const APPLICATION = 'arn:aws:sns:eu-west-1:123456789012:app/GCM/my-app';
const ENDPOINTS = 'arn:aws:sns:eu-west-1:123456789012:endpoint/GCM/my-app/*';
const EVERY_PHONE = 'Push/Broadcasts';
const PHONES = [APPLICATION, ENDPOINTS];
const ALLOWED_WITH_PUSH: Record<string, Record<string, string[]>> = {
  inbox: {
    'sns:CreatePlatformEndpoint': PHONES,
    'sns:GetEndpointAttributes': PHONES,
    'sns:SetEndpointAttributes': PHONES,
    'sns:DeleteEndpoint': PHONES,
    'sns:Subscribe': [EVERY_PHONE],
    'sns:Unsubscribe': [EVERY_PHONE],
  },
  dispatch: {
    'sns:Publish': [EVERY_PHONE, ...PHONES],
    'sns:GetEndpointAttributes': PHONES,
    'sns:DeleteEndpoint': PHONES,
    'sns:Unsubscribe': [EVERY_PHONE],
  },
};

/** Where browsers are pushed to. */
const ALLOWED_WITH_WEB_PUSH: Record<string, Record<string, string[]>> = Object.fromEntries(
  ['inbox', 'dispatch'].map((name) => [name, { 'secretsmanager:GetSecretValue': ['WebPush/Keys'] }]),
);

const template = templateWith();
const templateWithTracing = templateWith({ tracing: true });
const templateWithWebPush = templateWith({ webPush: { contact: 'mailto:ops@example.com' } });
const templateWithPush = templateWith({ pushApplications: { fcm: APPLICATION } });

describe('functions', () => {
  it('are those of the table above', () => {
    expect(
      functionsOf(template)
        .map(([name]) => name)
        .sort(),
    ).toEqual(Object.keys(ALLOWED).sort());
  });

  it.each(Object.keys(ALLOWED))('%s may do exactly what it does', (name) => {
    expect(permissionsOf(template, name)).toEqual({ ...logging(name), ...ALLOWED[name] });
  });

  it.each(Object.keys(ALLOWED))('%s may also write traces where tracing is on', (name) => {
    const traced = permissionsOf(templateWithTracing, name);
    expect(traced).toEqual({ ...TRACING, ...logging(name), ...ALLOWED[name] });
  });

  it.each(Object.keys(ALLOWED))('%s may do exactly what push needs where push is on', (name) => {
    expect(permissionsOf(templateWithPush, name)).toEqual({
      ...logging(name),
      ...ALLOWED[name],
      ...ALLOWED_WITH_PUSH[name],
    });
  });

  it.each(Object.keys(ALLOWED))('%s may do exactly what web push needs where it is on', (name) => {
    const withWebPush = { ...logging(name), ...ALLOWED[name], ...ALLOWED_WITH_WEB_PUSH[name] };
    expect(permissionsOf(templateWithWebPush, name)).toEqual(withWebPush);
  });

  it('may pass their schedules a role, and only to the scheduler', () => {
    const statements = resourcesOf(template, 'AWS::IAM::Policy').flatMap(
      ([, { Properties }]) => Properties.PolicyDocument.Statement,
    );
    const passing = statements.filter(({ Action }) => [Action].flat().includes('iam:PassRole'));
    expect(passing.length).toBeGreaterThan(0);
    for (const { Condition } of passing) {
      expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
    }
  });

  it.each(Object.keys(ALLOWED))('%s may touch the rows it works on, and no others', (name) => {
    const [, role] = functionsOf(template).find(([found]) => found === name)!;
    const statements = resourcesOf(template, 'AWS::IAM::Policy')
      .filter(([, { Properties }]) => Properties.Roles.some((one: { Ref: string }) => one.Ref === role))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().some((action: string) => action.startsWith('dynamodb:')));
    const rows: Record<string, string[]> = {};
    for (const { Action, Resource, Condition } of statements) {
      const where = readable(template, Resource) === UNREAD_INDEX ? ' of the index' : '';
      const partitions = [Condition?.['ForAllValues:StringLike']['dynamodb:LeadingKeys'] ?? []].flat().sort();
      for (const action of [Action].flat()) rows[action + where] = partitions;
    }
    expect(rows).toEqual(TOUCHED_ROWS[name]);
  });

  it('have roles without managed policies, which grant more than is said here', () => {
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::IAM::Role')) {
      expect([id, Properties.ManagedPolicyArns]).toEqual([id, undefined]);
    }
  });
});

describe('permissions to invoke functions and send to queues', () => {
  it('open for one named source each', () => {
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::Lambda::Permission')) {
      expect([id, Properties.SourceArn === undefined]).toEqual([id, false]);
    }
    const policies = resourcesOf(templateWithPush, 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy');
    for (const [id, { Properties }] of policies) {
      for (const { Effect, Condition } of Properties.PolicyDocument.Statement) {
        if (Effect === 'Deny') continue;
        const bound =
          Condition?.ArnLike?.['aws:SourceArn'] ??
          Condition?.ArnEquals?.['aws:SourceArn'] ??
          Condition?.StringEquals?.['aws:SourceAccount'] ??
          Condition?.StringEquals?.['AWS:SourceOwner'];
        expect([id, bound === undefined]).toEqual([id, false]);
      }
    }
  });

  it('refuse queue calls that are not encrypted', () => {
    const guarded = resourcesOf(template, 'AWS::SQS::QueuePolicy').filter(([, { Properties }]) =>
      JSON.stringify(Properties.PolicyDocument).includes('"aws:SecureTransport":"false"'),
    );
    expect(guarded).toHaveLength(resourcesOf(template, 'AWS::SQS::Queue').length);
  });
});

function functionsOf(from: Template): [string, string][] {
  return resourcesOf(from, 'AWS::Lambda::Function').map(([, { Properties }]) => [
    Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME,
    Properties.Role['Fn::GetAtt'][0],
  ]);
}

/** Action → what it is allowed on, in the names of the constructs. */
function permissionsOf(from: Template, name: string): Record<string, string[]> {
  const [, role] = functionsOf(from).find(([found]) => found === name) ?? [];
  const allowed: Record<string, Set<string>> = {};
  for (const [, { Properties }] of resourcesOf(from, 'AWS::IAM::Policy')) {
    if (!Properties.Roles.some((one: { Ref: string }) => one.Ref === role)) continue;
    for (const { Effect, Action, Resource, ...rest } of Properties.PolicyDocument.Statement) {
      expect([Effect, rest]).toEqual(['Allow', rest.Condition ? { Condition: rest.Condition } : {}]);
      for (const action of [Action].flat()) {
        allowed[action] ??= new Set();
        for (const resource of [Resource].flat()) allowed[action].add(readable(from, resource));
      }
    }
  }
  return Object.fromEntries(Object.entries(allowed).map(([action, on]) => [action, [...on].sort()]));
}

function readable(from: Template, value: any): string {
  if (typeof value === 'string') return value;
  if (value['Fn::Join']) return value['Fn::Join'][1].map((part: unknown) => readable(from, part)).join('');
  const id: string = value.Ref ?? value['Fn::GetAtt'][0];
  if (id.startsWith('AWS::')) return id.slice('AWS::'.length);
  const path: string = from.toJSON().Resources[id].Metadata['aws:cdk:path'];
  return path.replace(/^[^/]+\/Service\//, '').replace(/\/Resource$/, '');
}
