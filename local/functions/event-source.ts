// Event source mappings from queues to functions: Lambda's poller, woken by the queue instead of polling in vain.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate.ts';
import type { Principal } from '../iam/principal.ts';
import type { Meter } from '../meter.ts';
import type { Queues } from '../queues/queues.ts';
import type { ReceivedMessage } from '../queues/stored-message.ts';
import type { Functions, Stack } from '../stack.ts';
import { failedMessageIds } from './batch-failures.ts';
import { inBatches, toRecord } from './queue-event.ts';
import { type Mapping, readMappings } from './queue-mapping.ts';

export interface EventSources {
  readonly mappings: Mapping[];
  /** Checks that each function's role may read its queue, then consumes. A mapping that may not is said and left alone. */
  start(): Promise<void>;
  stop(): void;
}
export interface EventSourceDeps {
  stack: Stack;
  queues: Queues;
  functions: Functions;
  gate: Gate;
  clock: Clock;
  activity: Activity;
  meter: Meter;
  /** A function acting by its role, as its own SDK calls do. */
  principalOf(functionArn: string): Principal;
  log(line: string): void;
}

/** Lambda stops a chain "approximately" there. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html */
export const MAX_HOPS = 16;
/** AWS's most per receive or delete call. */
const MAX_PER_CALL = 10;
/** Waits after a failed receive; they double up to the longest. Our choice. */
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;
const BYTES_PER_REQUEST = 64 * 1024;

export function createEventSources(deps: EventSourceDeps): EventSources {
  const mappings = readMappings(deps.stack, deps.queues);
  const stops: (() => void)[] = [];
  return {
    mappings,
    async start() {
      const started = mappings.filter(({ isEnabled }) => isEnabled).map((mapping) => consume(mapping, deps));
      stops.push(...started.map(({ stop }) => stop));
      await Promise.all(started.map(({ ready }) => ready));
    },
    stop() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}

function consume(mapping: Mapping, deps: EventSourceDeps): { ready: Promise<void>; stop(): void } {
  const { queue } = mapping;
  const { clock, activity, log } = deps;
  const caller = queueCaller(mapping, deps);
  let running = 0;
  let failures = 0;
  let isWaiting = false;
  let isStopped = false;
  let isPumping = false;
  let cancelWait = () => {};

  /** Runs `then` at a time of the clock, during which nothing is polled. */
  const wait = (ms: number, then: () => void) => {
    isWaiting = true;
    cancelWait = clock.at(clock.now() + ms, () => {
      isWaiting = false;
      then();
    });
  };
  // A turn later, so that messages sent together are received together, as they would be by a long poll.
  const wake = () => {
    if (isPumping || isStopped) return;
    isPumping = true;
    const turn = new Promise<void>((resolve) => setImmediate(resolve));
    void activity.track(
      turn.then(() => {
        isPumping = false;
        pump();
      }),
    );
  };
  const pump = () => {
    if (isWaiting && queue.available >= mapping.batchSize && failures === 0) {
      // A full batch ends the batching window early.
      cancelWait();
      isWaiting = false;
      poll();
    } else if (!isWaiting && queue.available > 0) {
      const isWorthWaiting = mapping.windowMs > 0 && queue.available < mapping.batchSize;
      if (isWorthWaiting && running < mapping.maximumConcurrency) wait(mapping.windowMs, poll);
      else poll();
    }
  };
  const poll = () => {
    let expected = queue.available;
    while (!isStopped && expected > 0 && running < mapping.maximumConcurrency) {
      expected -= mapping.batchSize;
      running++;
      void activity.track(
        pollOnce().finally(() => {
          running--;
          wake();
        }),
      );
    }
  };
  const pollOnce = async () => {
    let messages: ReceivedMessage[];
    try {
      messages = await caller.receive();
      failures = 0;
    } catch (error) {
      // Messages are not lost: they stay, or turn up again after their visibility timeout.
      log(`${mapping.id}: ReceiveMessage on ${queue.name} failed: ${(error as Error).message}`);
      const backoffMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures++);
      if (!isWaiting) wait(backoffMs, wake);
      return;
    }
    try {
      await handle(messages, mapping, caller, deps);
    } catch (error) {
      // The runtime's own fault, not the function's; the messages come back after their visibility timeout.
      log(`${mapping.id}: ${mapping.functionName} could not be invoked: ${(error as Error).message}`);
    }
  };
  const begin = async (): Promise<void> => {
    try {
      await caller.check();
    } catch (error) {
      if ((error as { code?: string }).code === 'AccessDeniedException') {
        return log(`${mapping.id} does not start, as on AWS it could not be created: ${(error as Error).message}`);
      }
      log(`${mapping.id}: GetQueueAttributes on ${queue.name} failed: ${(error as Error).message}`);
      const backoffMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures++);
      return wait(backoffMs, () => void activity.track(begin()));
    }
    failures = 0;
    if (isStopped) return;
    stopListening = queue.onAvailable(wake);
    wake();
  };
  let stopListening = () => {};
  return {
    ready: activity.track(begin()),
    stop() {
      isStopped = true;
      stopListening();
      cancelWait();
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
      log(`${mapping.id}: DeleteMessage on ${mapping.queue.name} failed: ${(error as Error).message}`);
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

interface QueueCaller {
  check(): Promise<unknown>;
  receive(): Promise<ReceivedMessage[]>;
  remove(messages: ReceivedMessage[]): Promise<unknown>;
}

/** What the mapping asks of its queue, as the function's role: a missing permission or a fault strikes as on AWS. */
function queueCaller(
  { queue, functionArn, batchSize }: Mapping,
  { gate, meter, principalOf }: EventSourceDeps,
): QueueCaller {
  const call = <T>(operation: string, action: string, run: () => T | Promise<T>): Promise<T> =>
    gate.call({
      who: principalOf(functionArn),
      service: 'sqs',
      operation,
      permissions: [{ action: `sqs:${action}`, resource: queue.arn, resourcePolicy: queue.resourcePolicy }],
      run: async () => run(),
    });
  const receiveOnce = (max: number) =>
    call('ReceiveMessage', 'ReceiveMessage', async () => {
      const messages = await queue.receive({ max, waitSeconds: 0 });
      const bytes = messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
      meter.add('sqs_requests', Math.max(1, Math.ceil(bytes / BYTES_PER_REQUEST)), 'sqs:ReceiveMessage');
      return messages;
    });
  return {
    check: () => call('GetQueueAttributes', 'GetQueueAttributes', () => queue.attributes()),
    async receive() {
      const messages: ReceivedMessage[] = [];
      while (messages.length < batchSize && queue.available > 0) {
        const more = await receiveOnce(Math.min(MAX_PER_CALL, batchSize - messages.length));
        if (more.length === 0) break;
        messages.push(...more);
      }
      return messages;
    },
    remove: (messages) =>
      call('DeleteMessageBatch', 'DeleteMessage', () => {
        for (const { receiptHandle } of messages) queue.delete(receiptHandle);
        meter.add('sqs_requests', 1, 'sqs:DeleteMessageBatch');
      }),
  };
}
