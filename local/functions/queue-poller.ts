// Polls a queue for an event source mapping: woken by the queue, up to the mapping's concurrency, backing off by the
// clock.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html

import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import { errorCode } from '../error-code.ts';
import { errorMessage } from '../error-message.ts';
import type { ReceivedMessage } from '../sqs/stored-message.ts';
import type { QueueCaller } from './queue-caller.ts';
import type { Mapping } from './queue-mapping.ts';

/** Waits after a failed receive; they double up to the longest. Our choice. */
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 60_000;

export interface Poller {
  /** Settles when the first check of the queue is over, whatever came of it. */
  ready: Promise<void>;
  stop(): void;
}

/** `handle` gets what each poll received; a poll counts as running until it is done. */
export function pollQueue(
  mapping: Mapping,
  caller: QueueCaller,
  { clock, activity, log }: { clock: Clock; activity: Activity; log(line: string): void },
  handle: (messages: ReceivedMessage[]) => Promise<void>,
): Poller {
  const { queue } = mapping;
  let running = 0;
  /** Messages that polls already begun will take. */
  let claimed = 0;
  let failures = 0;
  let isBackingOff = false;
  let isWindowOpen = false;
  let isPumping = false;
  let isStopped = false;
  let receiving: Promise<unknown> = Promise.resolve();
  let stopListening = () => {};
  const timers = new Set<() => void>();

  const later = (ms: number, run: () => void) => {
    const cancel = clock.at(clock.now() + ms, () => {
      timers.delete(cancel);
      run();
    });
    timers.add(cancel);
  };
  const backOff = (then: () => void) => {
    if (isBackingOff) return;
    isBackingOff = true;
    later(Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures++), () => {
      isBackingOff = false;
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
    if (isBackingOff) return;
    // With a batching window only full batches go at once; the rest waits for company.
    poll(mapping.windowMs > 0 ? mapping.batchSize : 1);
    if (mapping.windowMs === 0 || isWindowOpen || queue.available <= claimed) return;
    isWindowOpen = true;
    later(mapping.windowMs, () => {
      isWindowOpen = false;
      if (!isBackingOff) poll(1);
    });
  };
  const poll = (least: number) => {
    while (!isStopped && queue.available - claimed >= least && running < mapping.maximumConcurrency) {
      running++;
      claimed += mapping.batchSize;
      void activity.track(
        pollOnce().finally(() => {
          running--;
          wake();
        }),
      );
    }
  };
  /** One after the other, or polls would cut each other's batches of more than one call. */
  const receive = () => {
    const mine = receiving
      .then(() => caller.receive())
      .finally(() => {
        claimed -= mapping.batchSize;
        if (queue.available > claimed) wake();
      });
    receiving = mine.catch(() => undefined); // The caller that awaits `mine` decides.
    return mine;
  };
  const pollOnce = async () => {
    let messages: ReceivedMessage[];
    try {
      messages = await receive();
      failures = 0;
    } catch (error) {
      // Messages are not lost: they stay, or turn up again after their visibility timeout.
      log(`${mapping.id}: ReceiveMessage on ${queue.name} failed: ${errorMessage(error)}`);
      return backOff(wake);
    }
    try {
      await handle(messages);
    } catch (error) {
      // The runtime's own fault, not the function's; the messages come back after their visibility timeout.
      log(`${mapping.id}: ${mapping.functionName} could not be invoked: ${errorMessage(error)}`);
    }
  };
  const begin = async (): Promise<void> => {
    try {
      await caller.check();
    } catch (error) {
      if (errorCode(error) === 'AccessDeniedException') {
        return log(`${mapping.id} does not start, as on AWS it could not be created: ${errorMessage(error)}`);
      }
      log(`${mapping.id}: GetQueueAttributes on ${queue.name} failed: ${errorMessage(error)}`);
      return backOff(() => void activity.track(begin()));
    }
    failures = 0;
    if (isStopped) return;
    stopListening = queue.onAvailable(wake);
    wake();
  };
  return {
    ready: activity.track(begin()),
    stop() {
      isStopped = true;
      stopListening();
      for (const cancel of timers) cancel();
    },
  };
}
