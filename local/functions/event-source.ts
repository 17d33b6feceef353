// Event source mappings from queues to functions: Lambda's poller, woken by the queue instead of polling in vain.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html

import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import { errorMessage } from '../error-message.ts';
import type { Queues } from '../sqs/queues.ts';
import type { ReceivedMessage } from '../sqs/stored-message.ts';
import type { Functions, Stack } from '../stack.ts';
import { failedMessageIds } from './batch-failures.ts';
import { MAX_PER_CALL, type QueueCaller, type QueueCallerDeps, queueCaller } from './queue-caller.ts';
import { inBatches, toRecord } from './queue-event.ts';
import { type Mapping, readMappings } from './queue-mapping.ts';
import { type Poller, pollQueue } from './queue-poller.ts';

export interface EventSources {
  readonly mappings: Mapping[];
  /**
   * Checks that each function's role may read its queue, then consumes. A mapping that may not is said and left alone.
   */
  start(): Promise<void>;
  stop(): void;
}
export interface EventSourceDeps extends QueueCallerDeps {
  stack: Stack;
  queues: Queues;
  functions: Functions;
  clock: Clock;
  activity: Activity;
  log(line: string): void;
}

/**
 * Lambda stops a chain "approximately" there. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export const MAX_HOPS = 16;

export function createEventSources(deps: EventSourceDeps): EventSources {
  const mappings = readMappings(deps.stack, deps.queues);
  const pollers: Poller[] = [];
  return {
    mappings,
    async start() {
      for (const mapping of mappings.filter(({ isEnabled }) => isEnabled)) {
        const caller = queueCaller(mapping, deps);
        pollers.push(pollQueue(mapping, caller, deps, (messages) => handle(messages, mapping, caller, deps)));
      }
      await Promise.all(pollers.map(({ ready }) => ready));
    },
    stop() {
      for (const poller of pollers.splice(0)) poller.stop();
    },
  };
}

async function handle(
  messages: ReceivedMessage[],
  mapping: Mapping,
  caller: QueueCaller,
  deps: EventSourceDeps,
): Promise<void> {
  const { queues, functions, log } = deps;
  const done: ReceivedMessage[] = [];
  const wanted: ReceivedMessage[] = [];
  for (const message of messages) {
    queues.noteHops(message.hops);
    if (!mapping.filter(message)) done.push(message);
    else if (message.hops > MAX_HOPS && !mapping.allowsRecursion) stopRecursion(message, mapping, deps);
    else wanted.push(message);
  }
  for (const batch of inBatches(wanted)) {
    const event = { Records: batch.map((message) => toRecord(message, mapping.queue.arn, deps.stack.region)) };
    const lineage = Math.max(...batch.map(({ hops }) => hops));
    const result = await functions.invoke(mapping.functionArn, event, { lineage });
    if (!result.ok) {
      log(
        `${mapping.id}: ${mapping.functionName} failed on ${batch.length} messages: ${result.errorType}: ${result.errorMessage}`,
      );
      continue;
    }
    const failed = mapping.reportsFailures ? failedMessageIds(result.payload, batch) : new Set<string>();
    if (failed === 'all') {
      log(
        `${mapping.id}: ${mapping.functionName} answered batchItemFailures Lambda can't read; the whole batch counts as failed.`,
      );
      continue;
    }
    done.push(...batch.filter(({ messageId }) => !failed.has(messageId)));
  }
  for (let start = 0; start < done.length; start += MAX_PER_CALL) {
    try {
      await caller.remove(done.slice(start, start + MAX_PER_CALL));
    } catch (error) {
      // Handled but not deleted: they will be redelivered after their visibility timeout, as on AWS.
      log(`${mapping.id}: DeleteMessage on ${mapping.queue.name} failed: ${errorMessage(error)}`);
    }
  }
}

function stopRecursion(message: ReceivedMessage, { id, functionName, queue }: Mapping, { log }: EventSourceDeps): void {
  const end = queue.deadLetter(message.receiptHandle)
    ? 'it is in the dead-letter queue'
    : 'there is no dead-letter queue: it is dropped';
  log(
    `${id}: message ${message.messageId} came through more than ${MAX_HOPS} sends by functions, a loop around ${functionName}; ${end}.`,
  );
}
