// Answers the history's questions from the running parts.
import type { QueueFacts } from '../console/queue-facts.ts';
import type { Connection } from '../gateway/connections.ts';
import type { WebSocketApi } from '../gateway/websocket-api.ts';
import type { Scheduler } from '../scheduler/scheduler.ts';
import { userOf } from '../sns/phones.ts';
import type { Sns } from '../sns/sns.ts';
import type { Queues } from '../sqs/queues.ts';
import type { HistoryDeps } from './history-deps.ts';

/** The authorizer's `user_id` names the inbox; undefined where there was no authorizer of this kind. */
export function inboxOfConnection({ authorizer }: Pick<Connection, 'authorizer'>): string | undefined {
  const { user_id: inbox } = authorizer ?? {};
  return typeof inbox === 'string' ? inbox : undefined;
}

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
  const inboxes = new Map<string, string>();
  return {
    queue: (reference) => byArn.get(queues.find(reference)?.arn ?? ''),
    inboxOf(connectionId) {
      const open = sockets.connections.get(connectionId);
      const inbox = open && inboxOfConnection(open);
      if (inbox === undefined) return inboxes.get(connectionId);
      inboxes.set(connectionId, inbox);
      if (inboxes.size > CLOSED_KEPT) inboxes.delete(inboxes.keys().next().value!);
      return inbox;
    },
    phoneOf(endpointArn) {
      const endpoint = sns.endpoints.find(endpointArn);
      if (!endpoint) return undefined;
      const { application, token } = endpoint;
      return { platform: application.platform, token, inbox: userOf(endpoint.customUserData) ?? undefined };
    },
    scheduleDue: (arn) => scheduler.list().find(({ Arn }) => Arn === arn)?.dueMs,
  };
}
