// Whether a user is connected, for back ends.
import type { Presence, TopicSubscribers } from '../../../protocol/back-end.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { ownerOf } from '../../../protocol/topic.ts';
import { countAudience } from './count-audience.ts';
import type { Deps } from './ports.ts';

export async function readPresence(
  deps: Pick<Deps, 'recipients' | 'connections' | 'clock'>,
  userId: string,
): Promise<Presence> {
  const { connections } = await deps.recipients.load(userId, { consistent: true });
  const isOnline = connections.length > 0;
  const lastSeenAt = isOnline ? toTimestamp(deps.clock.now()) : await deps.connections.lastSeen(userId);
  return {
    user_id: userId,
    is_online: isOnline,
    connections: connections.map(({ connected_at, org_id, expires_at }) => ({
      connected_at,
      ...(org_id !== undefined && { org_id }),
      ...(expires_at !== undefined && { expires_at }),
    })),
    last_seen_at: lastSeenAt ?? null,
  };
}

/** Every connection has its user's `wal:` topic without a subscription of its own. */
export async function readSubscribers(
  deps: Pick<Deps, 'recipients' | 'audience' | 'clock'>,
  topic: string,
): Promise<TopicSubscribers> {
  const owner = ownerOf(topic);
  if (owner !== undefined) {
    const { connections } = await deps.recipients.load(owner, { consistent: true });
    const users = connections.length > 0 ? 1 : 0;
    const countedAt = toTimestamp(deps.clock.now());
    return { topic, connections: connections.length, users, is_exact: true, counted_at: countedAt };
  }
  const { connections, users, is_exact, counted_at_ms } = await countAudience(deps, topic);
  return { topic, connections, users, is_exact, counted_at: toTimestamp(counted_at_ms) };
}
