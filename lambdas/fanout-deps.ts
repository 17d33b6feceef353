// Everything `fanout` may reach, built once per container.
import { openTable } from './aws/clients.ts';
import { encodedSender } from './aws/delivery/encoded-sender.ts';
import { fanoutProgress } from './aws/delivery/fanout-progress.ts';
import { fanoutQueue } from './aws/delivery/fanout-queue.ts';
import { openQueues } from './aws/send-messages.ts';
import { connections } from './aws/sockets/connections.ts';
import { subscriptions } from './aws/sockets/subscriptions.ts';
import type { FanOutDeps } from './domain/delivery/fan-out-run.ts';
import { readEnvironment } from './environment.ts';
import type { BaseDeps } from './start.ts';

export type FanoutDeps = BaseDeps & FanOutDeps;

export function fanoutDeps(base: BaseDeps): FanoutDeps {
  const env = readEnvironment('TABLE_NAME', 'CALLBACK_URL', 'FANOUT_QUEUE_URL', 'POSTS_PER_SECOND');
  const table = openTable(env.TABLE_NAME);
  return {
    ...base,
    subscriptions: subscriptions(table, base.clock),
    connections: connections(table, base.clock),
    fanoutProgress: fanoutProgress(table),
    fanout: fanoutQueue(openQueues(), env.FANOUT_QUEUE_URL),
    encodedSender: encodedSender(env.CALLBACK_URL),
    postsPerSecond: Number(env.POSTS_PER_SECOND),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    random: Math.random,
  };
}
