// A client subscribes its connection to topics that its credential authorises, or leaves them.
import { CallerError } from '../../../protocol/error-codes.ts';
import { userOfInbox } from '../../../protocol/inbox-id.ts';
import type { SubscribedFrame } from '../../../protocol/server-frame.ts';
import { connectionTopics } from '../../../protocol/topic.ts';
import type { ConnectionGrant } from './authorise-connection.ts';
import type { Deps } from './ports.ts';

/** All of the topics or none: an error names the first that is not authorised. */
export async function subscribe(
  deps: Pick<Deps, 'subscriptions'>,
  grant: ConnectionGrant,
  connectionId: string,
  topics: readonly string[],
): Promise<SubscribedFrame> {
  const refused = topics.find((topic) => !grant.topics.includes(topic));
  if (refused !== undefined) {
    throw new CallerError(
      'forbidden',
      `Your credential does not authorise ${refused}. Connect with a ticket or token that names it in topics.`,
    );
  }
  const chosen = chosenTopics(grant, topics);
  if (chosen.length > 0) {
    const connection = { connection_id: connectionId, user_id: grant.user_id };
    const outcome = await deps.subscriptions.add(connection, chosen);
    if (outcome === 'closed') throw new CallerError('forbidden', 'This connection is closed. Reconnect.');
  }
  return { type: 'subscribed', topics: [...new Set(topics)] };
}

export async function unsubscribe(
  deps: Pick<Deps, 'subscriptions'>,
  grant: ConnectionGrant,
  connectionId: string,
  topics: readonly string[],
): Promise<SubscribedFrame> {
  const chosen = chosenTopics(grant, topics);
  const permanent = topics.find((topic) => !chosen.includes(topic));
  if (permanent !== undefined) {
    throw new CallerError('forbidden', `Every connection of yours has ${permanent}; it can't be left.`);
  }
  await deps.subscriptions.remove({ connection_id: connectionId, user_id: grant.user_id }, chosen);
  return { type: 'unsubscribed', topics: chosen };
}

/** Without those that the connection has from the start. */
function chosenTopics({ user_id: userId, org_id: orgId }: ConnectionGrant, topics: readonly string[]): string[] {
  const permanent = connectionTopics(userOfInbox(userId), orgId);
  return [...new Set(topics)].filter((topic) => !permanent.includes(topic));
}
