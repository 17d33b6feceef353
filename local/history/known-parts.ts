// Answers the history's questions from the running parts.
import type { QueueFacts } from '../console/queue-facts.ts';
import type { WebSocketApi } from '../gateway/websocket-api.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { userOf } from '../sns/phones.ts';
import type { Sns } from '../sns/sns.ts';
import type { Queues } from '../sqs/queues.ts';
import type { HistoryDeps } from './history-deps.ts';

/** Our choice: connections that were closed but are still posted to. */
const CLOSED_KEPT = 5_000;

export function knownOf({
  queues,
  facts,
  sockets,
  sns,
  scheduler,
}: {
  queues: Queues;
  facts: QueueFacts[];
  sockets: WebSocketApi;
  sns: Sns;
  scheduler: Scheduler;
}): Omit<HistoryDeps, 'traces' | 'now'> {
  const byArn = new Map(facts.map((one) => [one.arn, one]));
  const users = new Map<string, string>();
  return {
    queue: (reference) => byArn.get(queues.find(reference)?.arn ?? ''),
    userOf(connectionId) {
      const user = sockets.connections.get(connectionId)?.authorizer?.user_id;
      if (typeof user !== 'string') return users.get(connectionId);
      users.set(connectionId, user);
      if (users.size > CLOSED_KEPT) users.delete(users.keys().next().value!);
      return user;
    },
    phoneOf(endpointArn) {
      const endpoint = sns.endpoints.find(endpointArn);
      if (!endpoint) return undefined;
      const { application, token } = endpoint;
      return { platform: application.platform, token, userId: userOf(endpoint.customUserData) ?? undefined };
    },
    scheduleDue: (arn) => scheduler.list().find(({ Arn }) => Arn === arn)?.dueMs,
  };
}
