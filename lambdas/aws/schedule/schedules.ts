// EventBridge Scheduler: one-time schedules that put a task on the dispatch queue and then delete themselves.
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import type { Schedules } from '../../domain/schedule/ports.ts';
import { bounded, MAX_ATTEMPTS, requestHandler } from '../clients.ts';

/** AWS: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
const PRECISION_MS = 60_000;

export interface ScheduleTarget {
  groupName: string;
  /** Assumed by the scheduler to send to the queue. */
  roleArn: string;
  queueArn: string;
  /** Where the scheduler leaves what the queue did not take. */
  deadLetterQueueArn: string;
}

export function schedules({ groupName, roleArn, queueArn, deadLetterQueueArn }: ScheduleTarget): Schedules {
  let client: SchedulerClient | undefined;
  // Most invocations schedule nothing, and a client takes a while to make.
  const open = () => {
    client ??= bounded(
      new SchedulerClient({
        maxAttempts: MAX_ATTEMPTS,
        requestHandler: requestHandler(),
        cacheMiddleware: true,
      }),
    );
    return client;
  };
  return {
    precisionMs: PRECISION_MS,

    async create(name, atMs, task) {
      try {
        await open().send(
          new CreateScheduleCommand({
            Name: name,
            GroupName: groupName,
            ScheduleExpression: `at(${new Date(atMs).toISOString().slice(0, 19)})`,
            ScheduleExpressionTimezone: 'UTC',
            FlexibleTimeWindow: { Mode: 'OFF' },
            ActionAfterCompletion: 'DELETE',
            Target: {
              Arn: queueArn,
              RoleArn: roleArn,
              Input: JSON.stringify(task),
              DeadLetterConfig: { Arn: deadLetterQueueArn },
            },
          }),
        );
        return 'created';
      } catch (error) {
        // The name is made from the task: the one that exists will send the very same.
        if (error instanceof ConflictException) return 'created';
        // Whether a past time is refused or fired at once is not documented, so both are provided for.
        if (error instanceof ValidationException) return { refused: error.message };
        throw error;
      }
    },

    async remove(name) {
      try {
        await open().send(new DeleteScheduleCommand({ Name: name, GroupName: groupName }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
}
