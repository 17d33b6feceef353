// What is emulated of EventBridge Scheduler, and how it differs.
import { allEmulated, atRest, description, emulated, fields, only, type PartSupport, tags } from '../support/rule.ts';

export const schedulerSupport: PartSupport = {
  title: 'Scheduler',
  types: {
    'AWS::Scheduler::Schedule': {
      ...allEmulated('GroupName', 'Name', 'ScheduleExpression', 'ScheduleExpressionTimezone', 'State'),
      Description: description,
      FlexibleTimeWindow: fields({ Mode: only(['OFF'], 'schedules fire at their own minute') }),
      KmsKeyArn: atRest,
      Target: fields(allEmulated('Arn', 'DeadLetterConfig', 'Input', 'RetryPolicy', 'RoleArn', 'SqsParameters')),
    },
    'AWS::Scheduler::ScheduleGroup': { Name: emulated, Tags: tags },
  },
  differences: [
    'Recurring schedules, flexible windows, universal and FIFO targets, and creating, deleting or tagging groups are refused as `NotEmulatedByLocalRuntime`.',
    `A time in the past is accepted, as on AWS, and fires at once; AWS doesn't document when. \`past_schedules: "reject"\` refuses it.`,
    'It fires exactly on time unless `precision` is `late` (0–59 s later, by `seed`). Deletion after completion is immediate.',
    'A local time that a clock change skips never fires, which is logged; one that comes twice fires the first time.',
    'Retries wait 1 s, doubling to 5 min. A function that fails is not invoked again. Retries are not metered. Client tokens are remembered for 10 minutes. Some error texts are ours.',
  ],
};
