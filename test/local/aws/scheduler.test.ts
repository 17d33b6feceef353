import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { schedulerService } from '../../../local/aws/scheduler.ts';
import type { Statement } from '../../../local/iam/principal.ts';
import { ACCOUNT, OPERATOR, serve } from '../runtime-parts.ts';
import { GROUP_ARN, queueArn, reminderParts, schedule } from '../scheduler/reminder-parts.ts';

const parts = reminderParts();
const service = schedulerService(parts.scheduler, parts.stack);
let server: Awaited<ReturnType<typeof serve>>;
let client: SchedulerClient;
beforeAll(async () => {
  server = await serve(service, parts);
  client = new SchedulerClient(server);
});
afterAll(async () => {
  client.destroy();
  await server.close();
  parts.clock.close();
});
beforeEach(() => parts.scheduler.reset());

const inAYear = `${new Date(Date.now() + 366 * 86_400_000).toISOString().slice(0, 19)}`;
const create = (given: Parameters<typeof schedule>[1] = {}) =>
  client.send(new CreateScheduleCommand(schedule(inAYear, given)));
const name = { Name: 'n-1', GroupName: 'reminders' };

// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
describe('the EventBridge Scheduler endpoint', () => {
  it('creates, shows, changes, lists and deletes', async () => {
    const { ScheduleArn } = await create({ Description: 'wake' });
    expect(ScheduleArn).toBe(`arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule/reminders/n-1`);
    const shown = await client.send(new GetScheduleCommand(name));
    expect(shown).toMatchObject({ ...schedule(inAYear), Arn: ScheduleArn, State: 'ENABLED', Description: 'wake' });
    expect(shown.Target?.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
    expect(Math.abs(shown.CreationDate!.getTime() - Date.now())).toBeLessThan(60_000);

    await client.send(new UpdateScheduleCommand(schedule(inAYear, { State: 'DISABLED' })));
    const changed = await client.send(new GetScheduleCommand(name));
    expect(changed).toMatchObject({ State: 'DISABLED', CreationDate: shown.CreationDate });
    expect(changed.Description).toBeUndefined();

    const { Schedules } = await client.send(new ListSchedulesCommand({ GroupName: 'reminders' }));
    expect(Schedules).toMatchObject([{ Name: 'n-1', State: 'DISABLED', Target: { Arn: queueArn('dispatch') } }]);
    await client.send(new DeleteScheduleCommand(name));
    await expect(client.send(new GetScheduleCommand(name))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Schedule n-1 does not exist.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('refuses a name that is taken, in one group only', async () => {
    await create({ ClientToken: 'a' });
    await expect(create({ ClientToken: 'b' })).rejects.toMatchObject({
      name: 'ConflictException',
      $metadata: { httpStatusCode: 409 },
    });
    await expect(create({ GroupName: 'none' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('answers a request sent again with the same client token as it did before', async () => {
    const first = await create({ ClientToken: 'again' });
    expect(await create({ ClientToken: 'again' })).toMatchObject({ ScheduleArn: first.ScheduleArn });
    await expect(create({ ClientToken: 'again', Name: 'other' })).rejects.toMatchObject({ name: 'ConflictException' });
    await client.send(new DeleteScheduleCommand({ ...name, ClientToken: 'gone' }));
    await client.send(new DeleteScheduleCommand({ ...name, ClientToken: 'gone' }));
    await expect(client.send(new DeleteScheduleCommand(name))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('survives a lost answer: the SDK repeats with its own token', async () => {
    const patient = new SchedulerClient({ ...server, maxAttempts: 3 });
    parts.faults.add({ service: 'scheduler', operation: 'CreateSchedule', kind: 'timeout_after_apply', times: 1 });
    await patient.send(new CreateScheduleCommand(schedule(inAYear)));
    expect(parts.scheduler.list()).toHaveLength(1);
    patient.destroy();
  });

  it.each([
    [
      'a name with a space',
      { Name: 'a b' },
      "Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular",
    ],
    ['a name of 65', { Name: 'n'.repeat(65) }, 'Member must have length less than or equal to 64'],
    ['a bad token', { ClientToken: 'a.b' }, "at 'clientToken'"],
    ['a bad expression', { ScheduleExpression: 'tomorrow' }, 'Invalid Schedule Expression tomorrow.'],
    ['a bad zone', { ScheduleExpressionTimezone: 'Nowhere' }, 'Invalid Schedule Expression Timezone Nowhere.'],
    ['too many retries', { Target: { RetryPolicy: { MaximumRetryAttempts: 186 } } }, 'less than or equal to 185'],
    ['too short an age', { Target: { RetryPolicy: { MaximumEventAgeInSeconds: 59 } } }, 'greater than or equal to 60'],
    [
      'a FIFO dead-letter queue',
      { Target: { DeadLetterConfig: { Arn: `${queueArn('dead')}.fifo` } } },
      'regular expression',
    ],
    ['a message group on a standard queue', { Target: { SqsParameters: { MessageGroupId: 'g' } } }, 'FIFO'],
    ['too large an input', { Target: { Input: 'x'.repeat(262_145) } }, '262144'],
    ['no target ARN', { Target: { Arn: '' } }, 'greater than or equal to 1'],
    ['an unknown state', { State: 'MAYBE' as any }, 'Member must satisfy enum value set: [ENABLED, DISABLED]'],
    [
      'a role nobody has',
      { Target: { RoleArn: `arn:aws:iam::${ACCOUNT}:role/None` } },
      'must allow AWS EventBridge Scheduler',
    ],
    [
      'a role for another group',
      { Target: { RoleArn: `arn:aws:iam::${ACCOUNT}:role/Elsewhere` } },
      'to assume the role',
    ],
    ['a group its role does not trust', { GroupName: 'default' }, 'to assume the role'],
  ])('refuses %s', async (_what, given, message) => {
    await expect(create(given)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: 400 },
    });
    expect(parts.scheduler.list()).toEqual([]);
  });

  it.each([
    ['a schedule by cron', { ScheduleExpression: 'cron(0 12 * * ? *)' }],
    ['a flexible window', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' as const, MaximumWindowInMinutes: 5 } }],
    ['a universal target', { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage' } }],
    ['a FIFO queue', { Target: { Arn: `${queueArn('dispatch')}.fifo` } }],
    ['an event bus', { Target: { Arn: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/b` } }],
  ])('names %s as not emulated', async (_what, given) => {
    await expect(create(given)).rejects.toMatchObject({ name: 'NotEmulatedByLocalRuntime' });
  });

  it('names operations it does not have', async () => {
    const call = client.send(new CreateScheduleGroupCommand({ Name: 'g' }));
    await expect(call).rejects.toThrow(
      'does not emulate EventBridge Scheduler’s POST /schedule-groups/g'.replace('’', "'"),
    );
  });

  it('pages, filters and shows groups', async () => {
    for (const Name of ['a-1', 'a-2', 'a-3', 'b-1'])
      await create({ Name, State: Name === 'a-2' ? 'DISABLED' : 'ENABLED' });
    const first = await client.send(new ListSchedulesCommand({ NamePrefix: 'a-', MaxResults: 2 }));
    expect(first.Schedules?.map(({ Name }) => Name)).toEqual(['a-1', 'a-2']);
    await client.send(new DeleteScheduleCommand({ Name: 'a-2', GroupName: 'reminders' }));
    const { NextToken } = first;
    const rest = await client.send(new ListSchedulesCommand({ NamePrefix: 'a-', MaxResults: 2, NextToken }));
    expect(rest.Schedules?.map(({ Name }) => Name)).toEqual(['a-3']);
    expect(rest.NextToken).toBeUndefined();
    expect((await client.send(new ListSchedulesCommand({ State: 'DISABLED' }))).Schedules).toEqual([]);
    await expect(client.send(new ListSchedulesCommand({ MaxResults: 101 }))).rejects.toThrow('from 1 to 100');

    const { ScheduleGroups } = await client.send(new ListScheduleGroupsCommand({}));
    expect(ScheduleGroups?.map(({ Name }) => Name)).toEqual(['default', 'reminders']);
    const group = await client.send(new GetScheduleGroupCommand({ Name: 'reminders' }));
    expect(group).toMatchObject({ Arn: GROUP_ARN, State: 'ACTIVE' });
  });

  it('asks IAM for the schedule and for passing the role', async () => {
    const on = (resource: string): Statement => ({
      Effect: 'Allow',
      Action: 'scheduler:CreateSchedule',
      Resource: resource,
    });
    const pass: Statement = {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: `arn:aws:iam::${ACCOUNT}:role/Waker`,
      Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    };
    const mine = on(`arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule/reminders/*`);
    const elsewhere = on(`arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule/other/*`);
    const as = async (...statements: Statement[]) => {
      const other = await serve(service, parts, { ...OPERATOR, name: 'dispatch', statements });
      const caller = new SchedulerClient(other);
      try {
        return await caller.send(new CreateScheduleCommand(schedule(inAYear)));
      } finally {
        caller.destroy();
        await other.close();
      }
    };
    await expect(as(mine)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('iam:PassRole'),
    });
    await expect(as(elsewhere, pass)).rejects.toMatchObject({
      message: expect.stringContaining('schedule/reminders/n-1'),
    });
    await expect(as(mine, pass)).resolves.toMatchObject({ ScheduleArn: expect.any(String) });
  });

  it('survives any body: a refusal, never a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (body) => {
        const response = await fetch(`${server.endpoint}/schedules/n-1`, { method: 'POST', body });
        expect([400, 404, 501]).toContain(response.status);
        expect(response.headers.get('x-amzn-errortype')).toBeTruthy();
      }),
      { numRuns: 100 },
    );
  });
});
