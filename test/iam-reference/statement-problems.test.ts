// AWS's service authorization reference, as far as it is kept here: which statements could never allow anything.
import { describe, expect, it } from 'vitest';
import { SERVICE_AUTHORIZATION } from '../../iam-reference/service-authorization.ts';
import { checkedResource, statementProblems } from '../../iam-reference/statement-problems.ts';

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;
const APPLICATION = arn('sns', 'app/GCM/my-app');
const ENDPOINTS = arn('sns', 'endpoint/GCM/my-app/*');
const kinds = (action: string, ...resources: string[]) =>
  statementProblems([action], resources).map(({ kind }) => kind);

describe('a statement', () => {
  it.each([
    ['sqs:SendMessage', arn('sqs', 'queue')],
    ['SQS:sendmessage', arn('sqs', 'queue')],
    ['sqs:SendMessage', 'arn:aws:sqs:*'],
    ['sqs:Send*', arn('dynamodb', 'table/notifications')],
    ['dynamodb:Query', arn('dynamodb', 'table/notifications/index/unread')],
    ['dynamodb:GetItem', arn('dynamodb', 'table/notifications')],
    ['logs:PutLogEvents', arn('logs', 'log-group:/aws/lambda/dispatch:*')],
    ['execute-api:ManageConnections', arn('execute-api', 'abc/v1/POST/@connections/*')],
    ['scheduler:CreateSchedule', arn('scheduler', 'schedule/group/*')],
    ['iam:PassRole', 'arn:aws:iam::123456789012:role/path/name'],
    ['events:PutEvents', arn('events', 'event-bus/Carillon')],
    ['xray:PutTraceSegments', '*'],
    ['sns:Publish', arn('sns', 'topic')],
    ['s3:GetObject', 'arn:aws:s3:::bucket/*'],
    ['lambda:GetFunction', arn('lambda', 'function:dispatch')],
  ])('that allows %s on %s can work', (action, resource) => {
    expect(kinds(action, resource)).toEqual([]);
  });

  it.each([
    ['sqs:SendMesage', arn('sqs', 'queue'), 'no-such-action'],
    ['sns:DeletePlatformEndpoint', '*', 'no-such-action'],
    ['xray:PutTraceSegments', arn('xray', 'group/a/b'), 'no-resource'],
    ['sns:ListTopics', arn('sns', 'topic'), 'no-resource'],
    ['dynamodb:GetItem', arn('dynamodb', 'table/notifications/index/unread'), 'other-resource'],
    ['sqs:SendMessage', arn('sns', 'topic'), 'other-resource'],
    ['scheduler:CreateSchedule', arn('scheduler', 'schedule-group/group'), 'other-resource'],
  ])('that allows %s on %s can not: %s', (action, resource, kind) => {
    expect(kinds(action, resource)).toEqual([kind]);
  });

  it.each(['sns:GetEndpointAttributes', 'sns:SetEndpointAttributes', 'sns:DeleteEndpoint', 'sns:Publish'])(
    'that allows %s on phones names the application and its endpoints',
    (action) => {
      expect(kinds(action, APPLICATION, ENDPOINTS)).toEqual([]);
      expect(kinds(action, ENDPOINTS)).toEqual(['mobile-push']);
    },
  );

  it('that registers phones names the application', () => {
    expect(kinds('sns:CreatePlatformEndpoint', APPLICATION)).toEqual([]);
    expect(kinds('sns:CreatePlatformEndpoint', ENDPOINTS)).toEqual(['mobile-push']);
  });

  it('is judged in time whatever its pattern', () => {
    const hard = `arn:aws:dynamodb:${'*?'.repeat(200)}`;
    // A pattern that is tried in every way would not come to an end.
    expect(kinds('dynamodb:GetItem', hard)).toEqual(expect.any(Array));
  });
});

describe('a call', () => {
  it('of an action that is about no resource is checked on *', () => {
    expect(checkedResource('sns:ListTopics', arn('sns', 'topic'))).toBe('*');
    expect(checkedResource('sqs:SendMessage', arn('sqs', 'queue'))).toBe(arn('sqs', 'queue'));
    expect(checkedResource('s3:GetObject', 'arn:aws:s3:::bucket/key')).toBe('arn:aws:s3:::bucket/key');
  });
  it('of an action that does not exist is checked on nothing', () => {
    expect(checkedResource('sqs:SendMesage', arn('sqs', 'queue'))).toBeUndefined();
  });
});

it('every action is about kinds that have an ARN', () => {
  for (const [service, { kinds: known, actions }] of Object.entries(SERVICE_AUTHORIZATION)) {
    for (const about of Object.keys(actions)) {
      for (const kind of about.split(' ').filter(Boolean))
        expect([service, kind, known[kind]]).not.toContain(undefined);
    }
  }
});
