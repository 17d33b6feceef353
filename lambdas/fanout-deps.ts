// Everything `fanout` may reach, built once per container.
import { openTable } from './aws/clients.ts';
import { encodedSender } from './aws/delivery/encoded-sender.ts';
import { failedMessages } from './aws/delivery/failed-messages.ts';
import { fanoutProgress } from './aws/delivery/fanout-progress.ts';
import { fanoutQueue } from './aws/delivery/fanout-queue.ts';
import { openQueues } from './aws/send-messages.ts';
import { connections } from './aws/sockets/connections.ts';
import { subscriptions } from './aws/sockets/subscriptions.ts';
import type { FanOutDeps } from './domain/delivery/fan-out-run.ts';
import type { FailureDeps } from './domain/failed-message.ts';
import { readEnvironment } from './environment.ts';
import type { BaseDeps } from './start.ts';

export type FanoutDeps = BaseDeps & FanOutDeps & FailureDeps;

export function fanoutDeps(base: BaseDeps): FanoutDeps {
  const env = readEnvironment(
    'TABLE_NAME',
    'CALLBACK_URL',
    'FANOUT_QUEUE_URL',
    'DEAD_LETTER_QUEUE_URL',
    'MAX_RECEIVES',
    'POSTS_PER_SECOND',
  );
  const table = openTable(env.TABLE_NAME);
  const queues = openQueues();
  return {
    ...base,
    subscriptions: subscriptions(table, base.clock),
    connections: connections(table, base.clock),
    fanoutProgress: fanoutProgress(table),
    fanout: fanoutQueue(queues, env.FANOUT_QUEUE_URL),
    failedMessages: failedMessages(queues, {
      queueUrl: env.FANOUT_QUEUE_URL,
      deadLetterQueueUrl: env.DEAD_LETTER_QUEUE_URL,
      origin: 'fanout',
    }),
    maxReceives: Number(env.MAX_RECEIVES),
    encodedSender: encodedSender(env.CALLBACK_URL),
    postsPerSecond: Number(env.POSTS_PER_SECOND),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random: Math.random,
  };
}
