// A socket opens or closes: recorded where deliveries and fan-outs look for it.
import { CONNECTION_LIFETIME_SECONDS } from '../../protocol/limits.ts';
import { toTimestamp } from '../../protocol/timestamp.ts';
import { NOTIFICATIONS_TOPIC, walTopic } from '../../protocol/topic.ts';
import type { ConnectionGrant } from './authorise-connection.ts';
import type { Deps } from './deps.ts';
import { shardOf } from './topic-partition.ts';

/** The gateway's two hours and a little for clocks that differ (our choice). */
export const CONNECTION_TTL_SECONDS = CONNECTION_LIFETIME_SECONDS + 60;

export async function openConnection(
  deps: Pick<Deps, 'connections' | 'clock' | 'metrics'>,
  connectionId: string,
  grant: ConnectionGrant,
): Promise<void> {
  await deps.connections.add({
    connection_id: connectionId,
    user_id: grant.user_id,
    ...(grant.org_id !== undefined && { org_id: grant.org_id }),
    topics: [NOTIFICATIONS_TOPIC, walTopic(grant.user_id)],
    shard: shardOf(connectionId),
    connected_at: toTimestamp(deps.clock.now()),
    ...(grant.expires_at !== undefined && { expires_at: grant.expires_at }),
  });
  deps.metrics.count('connected');
}

export async function closeConnection(deps: Pick<Deps, 'connections' | 'metrics'>, connectionId: string): Promise<void> {
  await deps.connections.remove({ connection_id: connectionId });
  deps.metrics.count('disconnected');
}
