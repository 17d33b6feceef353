// A message of the dispatch queue that failed: tried again after a rest, or, after the last try, put aside with its
// reason.
import type { Deps, ReceivedMessage } from './delivery/ports.ts';
import { OutOfTime } from './model/out-of-time.ts';
import { retryDelaySeconds } from './retry-delay.ts';
import { DeliveryFailed } from './sockets/send-to-connections.ts';

export type FailureDeps = Pick<Deps, 'log' | 'metrics' | 'failedMessages'> & {
  /** Tries of one message before it is given up, the first among them. */
  maxReceives: number;
  random: () => number;
};

/** 'done': it was the last try, and the message is in the dead-letter queue. 'stays': the queue hands it out again. */
export async function handleFailure(
  deps: FailureDeps,
  message: ReceivedMessage,
  error: unknown,
): Promise<'done' | 'stays'> {
  const { id: messageId, receiveCount } = message;
  const isLast = receiveCount >= deps.maxReceives;
  deps.log.error(isLast ? 'message failed for good' : 'message failed, it will be tried again', error, {
    message_id: messageId,
    receive_count: receiveCount,
  });
  try {
    if (isLast) {
      await deps.failedMessages.toDeadLetters(message.body, { reason: reasonOf(error), messageId, receiveCount });
      deps.metrics.count('dead_lettered');
      return 'done';
    }
    deps.metrics.count('retried');
    const delaySeconds = retryDelaySeconds(receiveCount, deps.random, retryAfterOf(error));
    const isPutOff = !message.isPart && (await deps.failedMessages.retryIn(message.handle, delaySeconds)) === 'put_off';
    if (isPutOff) return 'stays';
    // A part goes on alone. Or a second copy found the work begun, took that for done, and was deleted, which deletes
    // this copy as well.
    await deps.failedMessages.putBack({ ...message, isRedelivery: true }, delaySeconds);
    return 'done';
  } catch (failure) {
    // The queue's own visibility timeout and redrive do it then, later and without a reason.
    deps.log.error('a failed message could not be put off or aside', failure, { message_id: messageId });
  }
  return 'stays';
}

/**
 * Our choice: after so many put-backs, tries count again, so that a message which never ends is dead-lettered;
 * each is a link more in Lambda's chain of functions and queues, which may have 16 (AWS limit).
 */
const PUT_BACKS_MAX = 5;

/**
 * A message there was no time for goes back to its queue without this receive counting as a try. 'done': it is there
 * anew.
 */
export async function putBack(
  deps: FailureDeps,
  message: ReceivedMessage,
  progress: 'begun' | 'not_begun',
): Promise<'done' | 'stays'> {
  if (message.putBacks >= PUT_BACKS_MAX) return handleFailure(deps, message, new OutOfTime());
  const isRedelivery = message.isRedelivery || progress === 'begun';
  const before = { ...message, receiveCount: message.receiveCount - 1, putBacks: message.putBacks + 1, isRedelivery };
  try {
    await deps.failedMessages.putBack(before, progress === 'begun' ? 1 : 0);
    deps.metrics.count('put_back');
    return 'done';
  } catch (failure) {
    deps.log.error('a message could not be put back', failure, { message_id: message.id });
    return 'stays';
  }
}

const retryAfterOf = (error: unknown): number | undefined =>
  error instanceof DeliveryFailed ? error.retryAfterSeconds : undefined;

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
