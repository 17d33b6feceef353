// A message of the dispatch queue that failed: tried again after a rest, or, after the last try, put aside with its reason.
import type { Deps } from './deps.ts';
import { retryDelaySeconds } from './retry-delay.ts';

export interface FailedMessage {
  id: string;
  body: string;
  receiptHandle: string;
  /** Tries so far, this one among them. */
  receiveCount: number;
}

export interface FailedMessages {
  /** It is handed out again after this time, not after the queue's own. */
  retryIn(receiptHandle: string, seconds: number): Promise<void>;
  /** For good, with the reason: SQS's own redrive can't give one. */
  toDeadLetters(body: string, about: { reason: string; messageId: string; receiveCount: number }): Promise<void>;
}

export type FailureDeps = Pick<Deps, 'log' | 'metrics'> & {
  failedMessages: FailedMessages;
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
    await deps.failedMessages.retryIn(message.receiptHandle, retryDelaySeconds(receiveCount, deps.random));
  } catch (failure) {
    // The queue's own visibility timeout and redrive do it then, later and without a reason.
    deps.log.error('a failed message could not be put off or aside', failure, { message_id: messageId });
  }
  return 'stays';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
