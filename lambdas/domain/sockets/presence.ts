// Whether a user is connected, for back ends.
import type { Presence, TopicSubscribers } from '../../../protocol/back-end.ts';
import { inboxOwner } from '../../../protocol/inbox-id.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { ownerOf } from '../../../protocol/topic.ts';
import { inboxesOf } from '../model/inboxes.ts';
import { newestOf } from '../model/notification-id.ts';
import { type Connection, isPresent } from '../model/recipient.ts';
import { countAudience } from './count-audience.ts';
import type { Deps } from './ports.ts';

/** `inbox`: in an organisation, its connections; the user's own inbox covers all of them. */
export async function readPresence(
  deps: Pick<Deps, 'recipients' | 'connections' | 'clock' | 'inboxRules'>,
  inbox: string,
): Promise<Presence> {
  const inboxes = await inboxesOf(deps, inbox);
  const connections = await connectionsOf(deps, inboxes);
  const isOnline = connections.length > 0;
  const lastSeenAt = isOnline
    ? toTimestamp(deps.clock.now())
    : newestOf(...(await Promise.all(inboxes.map((one) => deps.connections.lastSeen(one)))));
  return {
    ...inboxOwner(inbox),
    is_online: isOnline,
    is_present: isPresent(connections, deps.clock.now()),
    connections: connections.map(({ connected_at, org_id, expires_at, presence, presence_at: at }) => ({
      connected_at,
      ...(org_id !== undefined && { org_id }),
      ...(expires_at !== undefined && { expires_at }),
      ...(presence !== undefined && { presence, presence_at: at }),
    })),
    last_seen_at: lastSeenAt || null,
  };
}

async function connectionsOf(
  { recipients }: Pick<Deps, 'recipients'>,
  inboxes: readonly string[],
): Promise<Connection[]> {
  return (await Promise.all(inboxes.map((inbox) => recipients.connections(inbox)))).flat();
}

/** Every connection has its user's `wal:` topic without a subscription of its own. */
export async function readSubscribers(
  deps: Pick<Deps, 'recipients' | 'audience' | 'clock' | 'inboxRules'>,
  topic: string,
): Promise<TopicSubscribers> {
  const owner = ownerOf(topic);
  if (owner !== undefined) {
    const connections = await connectionsOf(deps, await inboxesOf(deps, owner));
    const users = connections.length > 0 ? 1 : 0;
    const countedAt = toTimestamp(deps.clock.now());
    return { topic, connections: connections.length, users, is_exact: true, counted_at: countedAt };
  }
  const { connections, users, is_exact, counted_at_ms } = await countAudience(deps, topic);
  return { topic, connections, users, is_exact, counted_at: toTimestamp(counted_at_ms) };
}
