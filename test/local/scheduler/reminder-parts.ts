// A scheduler with its group, role and queues, as the deployed stack has them.
import type { CreateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import type { Statement } from '../../../local/iam/principal.ts';
import { createScheduler, type SchedulerOptions } from '../../../local/scheduler/scheduler.ts';
import type { Resource } from '../../../local/stack.ts';
import { ACCOUNT, queue, role, runtimeParts } from '../runtime-parts.ts';

export const GROUP_ARN = `arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule-group/reminders`;
export const queueArn = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;

export const trust = (sourceArn: string): Statement => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { Service: 'scheduler.amazonaws.com' },
  Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': sourceArn } },
});
const maySend: Statement = {
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: ['dispatch', 'dead', 'missing'].map(queueArn),
};

export function reminderParts(options: Partial<SchedulerOptions> = {}, ...more: Resource[]) {
  const parts = runtimeParts(
    {
      logicalId: 'Reminders',
      type: 'AWS::Scheduler::ScheduleGroup',
      ref: 'reminders',
      attributes: { Arn: GROUP_ARN },
      properties: { Name: 'reminders' },
    },
    role('Waker', [trust(GROUP_ARN)], [maySend]),
    role('Elsewhere', [trust('arn:aws:scheduler:us-east-1:000000000000:schedule-group/other')], [maySend]),
    role('Powerless', [trust(GROUP_ARN)], []),
    ...queue('dispatch'),
    ...queue('dead'),
    ...queue('private'),
    ...more,
  );
  const scheduler = createScheduler(parts, options);
  return { ...parts, scheduler };
}

type Given = Partial<Omit<CreateScheduleCommandInput, 'Target'>> & {
  Target?: Partial<CreateScheduleCommandInput['Target']>;
};

export const schedule = (time: string, given: Given = {}) => {
  const { Target, ...rest } = given;
  return {
    Name: 'n-1',
    GroupName: 'reminders',
    ScheduleExpression: `at(${time})`,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    ActionAfterCompletion: 'DELETE' as const,
    ...rest,
    Target: {
      Arn: queueArn('dispatch'),
      RoleArn: `arn:aws:iam::${ACCOUNT}:role/Waker`,
      Input: '{"wake":"n-1"}',
      ...Target,
    },
  };
};
