import { afterEach, describe, expect, it } from 'vitest';
import { ACCOUNT } from '../runtime-parts.ts';
import { queueArn, reminderParts, schedule } from './reminder-parts.ts';

type Reminders = ReturnType<typeof reminderParts>;
const open: Reminders[] = [];
async function reminders(options: Parameters<typeof reminderParts>[0] = {}, now = '2027-01-10T00:00:00Z') {
  const parts = reminderParts(options);
  open.push(parts);
  await parts.setTime(now);
  return parts;
}
afterEach(() => {
  for (const parts of open.splice(0)) parts.clock.close();
});
const bodies = (parts: Reminders, queue = 'dispatch') => parts.messages(queue).map(({ body }) => body);
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
describe('a rate', () => {
  const recurring = (rate: string) => schedule('', { ScheduleExpression: rate });

  it('fires an interval after it was made, and again after each, until it is removed', async () => {
    const parts = await reminders();
    parts.scheduler.create(recurring('rate(15 minutes)'));
    await parts.setTime('2027-01-10T00:14:59Z');
    expect(bodies(parts)).toEqual([]);
    for (const [minute, times] of [
      [15, 1],
      [29, 1],
      [31, 2],
    ] as const) {
      await parts.setTime(`2027-01-10T00:${minute}:01Z`);
      expect(bodies(parts)).toHaveLength(times);
    }
    parts.scheduler.remove({ Name: 'n-1', GroupName: 'reminders' });
    await parts.setTime('2027-01-10T02:00:00Z');
    expect(bodies(parts)).toHaveLength(2);
  });

  it('fires once when time is moved by a year, at its end', async () => {
    const parts = await reminders();
    parts.scheduler.create(recurring('rate(1 hour)'));
    await parts.setTime('2028-01-10T00:00:00Z');
    expect(parts.sent.map(({ at }) => at.slice(0, 16))).toEqual(['2028-01-10T00:00']);
  });

  it('fires at once after a restart with data', async () => {
    const parts = await reminders({ recurring: 'at_once' });
    parts.scheduler.create(recurring('rate(1 day)'));
    await parts.setTime('2027-01-10T00:00:01Z');
    expect(bodies(parts)).toHaveLength(1);
  });
});

describe('firing', () => {
  it('fires at its time, not before, once, and is gone', async () => {
    const parts = await reminders();
    parts.scheduler.create(schedule('2027-01-10T00:10:00'));
    await parts.setTime('2027-01-10T00:09:59.900Z');
    expect(bodies(parts)).toEqual([]);
    await parts.setTime('2027-01-10T00:10:00.200Z');
    expect(bodies(parts)).toEqual(['{"wake":"n-1"}']);
    expect(parts.scheduler.list()).toEqual([]);
    await parts.setTime('2027-01-11T00:10:00Z');
    expect(bodies(parts)).toHaveLength(1);
    expect(parts.meter.read().units.scheduler_invocations).toBe(1);
  });

  it('fires a year ahead, on a leap day and around a change of clocks, each at its instant', async () => {
    const parts = await reminders();
    const times = {
      year: ['2028-01-10T00:00:00', 'UTC', '2028-01-10T00:00:00.000Z'],
      leap: ['2028-02-29T23:59:59', 'Europe/Berlin', '2028-02-29T22:59:59.000Z'],
      before: ['2027-03-14T01:30:00', 'America/New_York', '2027-03-14T06:30:00.000Z'],
      after: ['2027-03-14T03:30:00', 'America/New_York', '2027-03-14T07:30:00.000Z'],
      overlap: ['2027-11-07T01:30:00', 'America/New_York', '2027-11-07T05:30:00.000Z'],
      gap: ['2027-03-14T02:30:00', 'America/New_York', 'never'],
    };
    const Input = '<aws.scheduler.scheduled-time> <aws.scheduler.attempt-number> <aws.scheduler.unknown>';
    for (const [Name, [time, ScheduleExpressionTimezone]] of Object.entries(times)) {
      parts.scheduler.create(
        schedule(time!, { Name, ScheduleExpressionTimezone, Target: { Input: `${Name} ${Input}` } }),
      );
    }
    await parts.setTime('2029-01-01T00:00:00Z');
    expect(parts.sent).toHaveLength(5);
    for (const [name, [, , instant]] of Object.entries(times)) {
      const sent = parts.sent.find(({ body }) => body.startsWith(name));
      const second = instant!.slice(0, 19);
      expect(sent?.body).toBe(name === 'gap' ? undefined : `${name} ${second}Z 1 <aws.scheduler.unknown>`);
      if (sent) expect(sent.at.slice(0, 19)).toBe(second);
    }
    expect(parts.scheduler.list().map(({ Name }) => Name)).toEqual(['gap']);
    expect(parts.logged.join()).toContain('America/New_York has no at(2027-03-14T02:30:00)');
  });

  it('says what the schedule was when it has no input', async () => {
    const parts = await reminders();
    parts.scheduler.create(schedule('2027-01-10T01:00:00', { Target: { Input: undefined } }));
    await parts.clock.advance(3600);
    expect(JSON.parse(bodies(parts)[0]!)).toMatchObject({
      'detail-type': 'Scheduled Event',
      time: '2027-01-10T01:00:00Z',
      resources: [`arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule/reminders/n-1`],
    });
  });

  it('stays when it is not to be deleted, and never fires again', async () => {
    const parts = await reminders();
    parts.scheduler.create(schedule('2027-01-10T01:00:00', { ActionAfterCompletion: 'NONE' }));
    await parts.clock.advance(7200);
    expect(parts.scheduler.get({ Name: 'n-1', GroupName: 'reminders' }).State).toBe('ENABLED');
    await parts.clock.advance(86_400);
    expect(bodies(parts)).toHaveLength(1);
  });

  it('does not fire when disabled, deleted or moved', async () => {
    const parts = await reminders();
    parts.scheduler.create(schedule('2027-01-10T01:00:00', { Name: 'off', State: 'DISABLED' }));
    parts.scheduler.create(schedule('2027-01-10T01:00:00', { Name: 'deleted' }));
    parts.scheduler.remove({ Name: 'deleted', GroupName: 'reminders' });
    parts.scheduler.create(schedule('2027-01-10T01:00:00', { Name: 'moved' }));
    parts.scheduler.update(schedule('2027-01-10T03:00:00', { Name: 'moved', Target: { Input: 'moved' } }));
    await parts.setTime('2027-01-10T02:00:00Z');
    expect(bodies(parts)).toEqual([]);
    await parts.setTime('2027-01-10T03:00:01Z');
    expect(bodies(parts)).toEqual(['moved']);
    expect(parts.scheduler.list().map(({ Name }) => Name)).toEqual(['off']);
  });

  it('is late within the minute, alike for the same seed, when configured', async () => {
    const lateness = async (seed: number) => {
      const parts = await reminders({ precision: 'late', seed });
      parts.scheduler.create(schedule('2027-01-10T01:00:00'));
      await parts.setTime('2027-01-10T01:00:59.999Z');
      return Math.floor((parts.messages('dispatch')[0]!.sentMs - Date.parse('2027-01-10T01:00:00Z')) / 1000);
    };
    const late = await Promise.all([1, 1, 2, 3, 4].map(lateness));
    expect(late[0]).toBe(late[1]);
    expect(new Set(late).size).toBeGreaterThan(1);
    for (const seconds of late) expect(seconds).toBeLessThanOrEqual(59);
  });

  it('fires twice when configured, and is deleted after the second', async () => {
    const parts = await reminders();
    parts.scheduler.configure({ duplicate: true });
    parts.scheduler.create(schedule('2027-01-10T01:00:00'));
    await parts.clock.advance(3600);
    expect(bodies(parts)).toHaveLength(2);
    expect(parts.scheduler.list()).toEqual([]);
  });

  // Recorded from the service, with a time long past:
  // https://github.com/localstack/localstack/blob/main/tests/aws/services/scheduler/test_scheduler.py
  it('accepts a time in the past and fires it at once, or refuses it when configured', async () => {
    const parts = await reminders();
    const past = schedule('2027-01-09T23:59:59');
    parts.scheduler.create(past);
    await parts.clock.advance(1);
    expect(bodies(parts)).toHaveLength(1);
    parts.scheduler.configure({ pastSchedules: 'reject' });
    expect(() => parts.scheduler.create(past)).toThrow('in the past');
  });

  it('invokes a function asynchronously, with the permission of its role', async () => {
    const functionArn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:waker`;
    const parts = await reminders();
    parts.scheduler.create(schedule('2027-01-10T01:00:00', { Target: { Arn: functionArn } }));
    await parts.clock.advance(3600);
    expect(parts.invoked).toEqual([]);
    expect(parts.logged.join()).toContain('not authorized to perform: lambda:InvokeFunction');
    const waker = parts.stack.find('AWS::IAM::Role', 'Waker')!;
    waker.properties.Policies.push({
      PolicyName: 'invoke',
      PolicyDocument: { Statement: { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn } },
    });
    parts.scheduler.create(schedule('2027-01-10T02:00:00', { Target: { Arn: functionArn } }));
    await parts.clock.advance(3600);
    expect(parts.invoked).toEqual([{ functionArn, event: { wake: 'n-1' } }]);
  });
});

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
describe('failing', () => {
  const DeadLetterConfig = { Arn: queueArn('dead') };
  const deadLetter = (parts: Reminders) => {
    const [message] = parts.messages('dead');
    return Object.fromEntries(
      Object.entries(message?.attributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
    );
  };

  it('retries by the clock what may pass', async () => {
    const parts = await reminders();
    parts.faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'throttle', times: 3 });
    parts.scheduler.create(schedule('2027-01-10T01:00:00', { Target: { DeadLetterConfig } }));
    await parts.setTime('2027-01-10T01:00:06Z');
    expect(bodies(parts)).toEqual([]);
    expect(parts.scheduler.list()).toHaveLength(1);
    await parts.setTime('2027-01-10T01:00:08Z');
    expect(bodies(parts)).toHaveLength(1);
    expect(parts.scheduler.list()).toEqual([]);
    expect(parts.messages('dead')).toEqual([]);
  });

  it('ends in the dead-letter queue when its tries are over, with the reason', async () => {
    const parts = await reminders();
    parts.faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'error', times: 3 });
    const RetryPolicy = { MaximumRetryAttempts: 2 };
    parts.scheduler.create(schedule('2027-01-10T01:00:00', { Target: { DeadLetterConfig, RetryPolicy } }));
    await parts.setTime('2027-01-10T02:00:00Z');
    expect(bodies(parts)).toEqual([]);
    expect(bodies(parts, 'dead')).toEqual(['{"wake":"n-1"}']);
    expect(deadLetter(parts)).toMatchObject({
      ERROR_CODE: 'InternalFailure',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: '2',
      SCHEDULED_TIME: '2027-01-10T01:00:00Z',
      SCHEDULE_ARN: `arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule/reminders/n-1`,
      TARGET_ARN: queueArn('dispatch'),
    });
    expect(parts.scheduler.list()).toEqual([]);
  });

  it('gives up when the event is too old', async () => {
    const parts = await reminders();
    parts.faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'error', times: 6 });
    const RetryPolicy = { MaximumEventAgeInSeconds: 60 };
    parts.scheduler.create(schedule('2027-01-10T01:00:00', { Target: { DeadLetterConfig, RetryPolicy } }));
    await parts.setTime('2027-01-10T02:00:00Z');
    expect(deadLetter(parts)).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
      RETRY_ATTEMPTS: '5',
    });
  });

  it.each([
    ['a queue that is not there', { Arn: queueArn('missing') }, 'AWS.SimpleQueueService.NonExistentQueue'],
    ['a queue its role may not send to', { Arn: queueArn('private') }, 'AccessDeniedException'],
  ])('does not retry %s', async (_what, Target, code) => {
    const parts = await reminders();
    parts.scheduler.create(schedule('2027-01-10T01:00:00', { Target: { ...Target, DeadLetterConfig } }));
    await parts.setTime('2027-01-10T01:00:00.500Z');
    expect(deadLetter(parts)).toMatchObject({ ERROR_CODE: code, RETRY_ATTEMPTS: '0' });
    expect(deadLetter(parts)).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it('says so when it is dropped, as its role may not even write to the dead-letter queue', async () => {
    const parts = await reminders();
    const Target = { RoleArn: role('Powerless'), DeadLetterConfig };
    parts.scheduler.create(schedule('2027-01-10T01:00:00', { Target }));
    await parts.clock.advance(3600);
    expect(parts.messages('dead')).toEqual([]);
    expect(parts.logged.join()).toMatch(/lost, as its dead-letter queue .*:dead refused it too/);
    expect(parts.calls.latest()).toMatchObject([
      { function: 'scheduler.amazonaws.com', allowed: false },
      { allowed: false },
    ]);
  });

  it('stops retrying once the schedule is deleted', async () => {
    const parts = await reminders();
    parts.faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'error', times: 2 });
    parts.scheduler.create(schedule('2027-01-10T01:00:00'));
    await parts.setTime('2027-01-10T01:00:00.100Z');
    parts.scheduler.remove({ Name: 'n-1', GroupName: 'reminders' });
    await parts.clock.advance(3600);
    expect(bodies(parts)).toEqual([]);
  });

  it('sends twice when the answer of the first try is lost: delivery is at least once', async () => {
    const parts = await reminders();
    parts.faults.add({ service: 'sqs', operation: 'SendMessage', kind: 'timeout_after_apply', times: 1 });
    parts.scheduler.create(schedule('2027-01-10T01:00:00'));
    await parts.clock.advance(3700);
    expect(bodies(parts)).toHaveLength(2);
  });

  it('forgets everything on reset, the default group and the template’s stay', async () => {
    const parts = await reminders();
    parts.scheduler.create(schedule('2027-01-10T01:00:00'));
    parts.scheduler.reset();
    await parts.clock.advance(7200);
    expect(bodies(parts)).toEqual([]);
    expect(parts.scheduler.groups().map(({ Name }) => Name)).toEqual(['default', 'reminders']);
  });
});

describe('many', () => {
  it('fires a thousand at one moment, each once', async () => {
    const parts = await reminders();
    for (let number = 0; number < 1_000; number++) {
      parts.scheduler.create(schedule('2027-01-10T01:00:00', { Name: `n-${number}`, Target: { Input: `${number}` } }));
    }
    await parts.clock.advance(3600);
    expect(new Set(bodies(parts)).size).toBe(1_000);
    expect(parts.scheduler.list()).toEqual([]);
  });
});
