// What the console and the history say of a queue: its name in words, and whether messages end there.
import type { LiveQueue } from '../../protocol/local/live-state.ts';
import type { KnownQueue } from '../history/history-deps.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Queues } from '../sqs/queues.ts';
import type { Stack } from '../stack.ts';

export interface QueueFacts extends KnownQueue {
  queue: Queue;
}

/** In template order. */
export function queueFacts(stack: Stack, queues: Queues): QueueFacts[] {
  const consumed = new Set(
    stack.ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => String(properties.EventSourceArn)),
  );
  const paths = new Map(
    stack.ofType('AWS::SQS::Queue').map(({ ref, metadata, logicalId }) => [
      ref,
      String(metadata?.['aws:cdk:path'] ?? logicalId)
        .replace(/\/Resource$/, '')
        .split('/')
        .at(-1)!,
    ]),
  );
  const roleOf = (queue: Queue): LiveQueue['role'] => {
    if (consumed.has(queue.arn)) return 'work';
    return queue.url === stack.outputs.RejectedQueueUrl ? 'rejected' : 'dead_letter';
  };
  return queues.all.map((queue) => ({
    queue,
    arn: queue.arn,
    label: inWords(paths.get(queue.url) ?? queue.name),
    role: roleOf(queue),
    maxReceives: queue.settings.redrive?.maxReceiveCount ?? 0,
    hiddenUntil: queue.hiddenUntil,
  }));
}

/** `DeadLetterQueue` as `Dead letter queue`. */
const inWords = (name: string) =>
  name.replace(/(?!^)([A-Z][a-z])/g, (_, word: string) => ` ${word[0]!.toLowerCase()}${word.slice(1)}`);
