// The documented redrive of a dead-letter queue: StartMessageMoveTask and ListMessageMoveTasks.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Taps } from '../history/taps.ts';
import type { Queue } from './queue.ts';

/** As ListMessageMoveTasks answers. */
export interface MoveTask {
  TaskHandle?: string;
  Status: 'COMPLETED' | 'FAILED';
  SourceArn: string;
  DestinationArn?: string;
  MaxNumberOfMessagesPerSecond?: number;
  ApproximateNumberOfMessagesMoved: number;
  ApproximateNumberOfMessagesToMove: number;
  FailureReason?: string;
  StartedTimestamp: number;
}
export interface MessageMoves {
  start(request: { SourceArn: string; DestinationArn?: string; MaxNumberOfMessagesPerSecond?: number }): {
    TaskHandle: string;
  };
  /** The latest first. */
  list(sourceArn: string, maxResults: number): MoveTask[];
}

/**
 * AWS keeps as many.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html
 */
const MAX_TASKS_KEPT = 10;

/** Moves at once, whatever rate was asked for: a move of a local queue takes no time worth pacing. */
export function messageMoves(
  byArn: (arn: string) => Queue | undefined,
  queues: () => Queue[],
  clock: Clock,
  taps?: Pick<Taps, 'moved'>,
): MessageMoves {
  const tasks = new Map<string, MoveTask[]>();
  const find = (arn: string): Queue => {
    const queue = byArn(arn);
    if (!queue)
      throw new AwsError(
        'ResourceNotFoundException',
        `The resource that you specified for the ARN ${arn} doesn't exist.`,
        404,
      );
    return queue;
  };
  return {
    start(request) {
      const source = find(request.SourceArn);
      if (!queues().some(({ deadLetterQueue }) => deadLetterQueue === source)) {
        throw new AwsError('InvalidParameterValueException', 'Source queue must be configured as a Dead Letter Queue.');
      }
      const destination = request.DestinationArn === undefined ? undefined : find(request.DestinationArn);
      const messages = source.drain();
      let moved = 0;
      let failure: string | undefined;
      for (const message of messages) {
        const target = destination ?? byArn(message.deadLetterSourceArn ?? '');
        if (target) {
          // A moved message counts as new: id, age and receive count start again.
          const fresh = {
            sentMs: clock.now(),
            firstReceivedMs: undefined,
            receiveCount: 0,
            deadLetterSourceArn: undefined,
          };
          const messageId = randomUUID();
          // Reported first: the target may give it out at once.
          taps?.moved(message.messageId, messageId, source.arn, target.arn);
          target.accept({ ...message, messageId, hops: 0, ...fresh });
          moved++;
        } else {
          source.accept(message);
          failure = 'CouldNotDetermineMessageSource';
        }
      }
      const TaskHandle = Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: request.SourceArn })).toString(
        'base64',
      );
      const task: MoveTask = {
        ...request,
        Status: failure ? 'FAILED' : 'COMPLETED',
        ...(failure && { FailureReason: failure }),
        ApproximateNumberOfMessagesMoved: moved,
        ApproximateNumberOfMessagesToMove: messages.length,
        StartedTimestamp: clock.now(),
      };
      tasks.set(source.arn, [task, ...(tasks.get(source.arn) ?? [])].slice(0, MAX_TASKS_KEPT));
      return { TaskHandle };
    },
    list: (sourceArn, maxResults) => (tasks.get(find(sourceArn).arn) ?? []).slice(0, maxResults),
  };
}
