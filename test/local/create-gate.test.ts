import { afterEach, expect, it } from 'vitest';
import { activity } from '../../local/activity.ts';
import { AnswerLost, AwsError } from '../../local/aws/aws-error.ts';
import { createCalls } from '../../local/calls.ts';
import { movableClock } from '../../local/clock.ts';
import { createGate } from '../../local/create-gate.ts';
import { createFaults } from '../../local/faults.ts';
import type { GatedCall } from '../../local/gate.ts';
import type { Principal } from '../../local/iam/principal.ts';

const clock = movableClock(activity());
afterEach(() => clock.close());

const dispatch: Principal = {
  name: 'dispatch',
  arn: 'arn:aws:sts::000000000000:assumed-role/dispatch/dispatch',
  statements: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'queue' }],
};

function setup() {
  const [faults, calls] = [createFaults(), createCalls()];
  const gate = createGate({ faults, calls, clock });
  const ran: string[] = [];
  const call = (more: Partial<GatedCall<string>> = {}) =>
    gate.call({
      who: dispatch,
      service: 'sqs',
      operation: 'SendMessage',
      permissions: [{ action: 'sqs:SendMessage', resource: 'queue' }],
      run: async () => {
        ran.push('run');
        return 'sent';
      },
      ...more,
    });
  return { faults, calls, call, ran };
}

it('lets an allowed call run and records it', async () => {
  const { call, calls } = setup();
  expect(await call({ requestId: 'r-1' })).toBe('sent');
  expect(calls.latest()).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      function: 'dispatch',
      service: 'sqs',
      operation: 'SendMessage',
      resource: 'queue',
      permissions: [{ action: 'sqs:SendMessage', resource: 'queue' }],
      allowed: true,
      outcome: 'ok',
      milliseconds: expect.any(Number),
      request_id: 'r-1',
    },
  ]);
});

it('needs every permission, and runs nothing when one is missing', async () => {
  const { call, calls, ran } = setup();
  const permissions = [
    { action: 'sqs:SendMessage', resource: 'queue' },
    { action: 'sqs:SendMessage', resource: 'another' },
  ];
  await expect(call({ permissions })).rejects.toMatchObject({
    code: 'AccessDeniedException',
    status: 403,
    message: expect.stringMatching(/assumed-role\/dispatch.*sqs:SendMessage on resource: another/),
  });
  expect(ran).toEqual([]);
  expect(calls.latest()).toMatchObject([{ allowed: false, outcome: 'AccessDeniedException' }]);
});

it.each([
  ['dynamodb', 'throttle', 'ProvisionedThroughputExceededException', 400],
  ['sqs', 'throttle', 'RequestThrottled', 403],
  ['events', 'throttle', 'ThrottlingException', 400],
  ['apigatewaymanagementapi', 'throttle', 'LimitExceededException', 429],
  ['apigatewaymanagementapi', 'gone', 'GoneException', 410],
  ['scheduler', 'error', 'InternalServerException', 500],
])('%s %s is %s %i, and the call does not run', async (service, kind, code, status) => {
  const { faults, call, calls, ran } = setup();
  faults.add({ service, operation: '*', kind });
  await expect(call({ service })).rejects.toMatchObject({ code, status });
  expect(ran).toEqual([]);
  expect(calls.latest()).toMatchObject([{ allowed: true, outcome: code }]);
});

it('a lost answer comes after the call took effect', async () => {
  const { faults, call, calls, ran } = setup();
  faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'timeout_after_apply', times: 1 });
  await expect(call()).rejects.toBeInstanceOf(AnswerLost);
  expect(ran).toEqual(['run']);
  expect(calls.latest()).toMatchObject([{ outcome: 'timeout_after_apply' }]);
});

it('latency delays and lets through', async () => {
  const { faults, call, calls } = setup();
  faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'latency', ms: 30 });
  expect(await call()).toBe('sent');
  expect(calls.latest()[0]!.milliseconds).toBeGreaterThanOrEqual(25);
});

it('records the error a service gives', async () => {
  const { call, calls } = setup();
  const run = async () => {
    throw new AwsError('QueueDoesNotExist', 'no such queue');
  };
  await expect(call({ run })).rejects.toThrow('no such queue');
  expect(calls.latest()).toMatchObject([{ outcome: 'QueueDoesNotExist' }]);
});

it('keeps the latest calls only', () => {
  const calls = createCalls(3);
  const call = (operation: string) => calls.add({ operation } as never);
  for (const name of ['a', 'b', 'c', 'd', 'e']) call(name);
  expect(calls.latest(10).map(({ operation }) => operation)).toEqual(['e', 'd', 'c']);
  expect(calls.latest(2).map(({ operation }) => operation)).toEqual(['e', 'd']);
  calls.clear();
  expect(calls.latest()).toEqual([]);
});

it('keeps what IAM refused apart, where later calls do not push it out', () => {
  const calls = createCalls(2);
  const call = {
    time: '',
    function: 'f',
    service: 'sqs',
    resource: '',
    permissions: [],
    milliseconds: 0,
    request_id: '',
  };
  calls.add({ ...call, operation: 'refused', allowed: false, outcome: 'AccessDeniedException' });
  for (const operation of ['a', 'b', 'c']) calls.add({ ...call, operation, allowed: true, outcome: 'ok' });
  expect(calls.latest().map(({ operation }) => operation)).toEqual(['c', 'b']);
  expect(calls.denied().map(({ operation }) => operation)).toEqual(['refused']);
  calls.clear();
  expect(calls.denied()).toEqual([]);
});
