// A message of the dispatch queue that failed: tried again after a rest, or, after the last try, put aside with its reason.
import type { Deps, FailedMessage } from './delivery/ports.ts';
import { retryDelaySeconds } from './retry-delay.ts';

export type FailureDeps = Pick<Deps, 'log' | 'metrics' | 'failedMessages'> & {
  /** Tries of one message before it is given up, the first among them. */
  maxReceives: number;
  random: () => number;
};

/** 'put_aside': it was the last try, and the message is in the dead-letter queue. 'stays': the queue hands it out again. */
export async function handleFailure(
  deps: FailureDeps,
  message: FailedMessage,
  error: unknown,
): Promise<'put_aside' | 'stays'> {
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
      return 'put_aside';
    }
    deps.metrics.count('retried');
    await deps.failedMessages.retryIn(message.handle, retryDelaySeconds(receiveCount, deps.random));
  } catch (failure) {
    // The queue's own visibility timeout and redrive do it then, later and without a reason.
    deps.log.error('a failed message could not be put off or aside', failure, { message_id: messageId });
  }
  return 'stays';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
