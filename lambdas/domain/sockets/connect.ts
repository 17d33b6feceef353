// A socket opens or closes: recorded where deliveries and fan-outs look for it.
import { CONNECTION_LIFETIME_SECONDS } from '../../../protocol/limits.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { NOTIFICATIONS_TOPIC, walTopic } from '../../../protocol/topic.ts';
import type { ConnectionGrant } from './authorise-connection.ts';
import { refuseLoggedOut } from './logout.ts';
import type { Deps } from './ports.ts';

/** The gateway's two hours and a little for clocks that differ (our choice). */
export const CONNECTION_TTL_SECONDS = CONNECTION_LIFETIME_SECONDS + 60;

/** Throws CallerError `unauthorized` when the user logged out while the socket was opening. */
export async function openConnection(
  deps: Pick<Deps, 'connections' | 'logouts' | 'clock' | 'metrics'>,
  connectionId: string,
  grant: ConnectionGrant,
): Promise<void> {
  await deps.connections.add({
    connection_id: connectionId,
    user_id: grant.user_id,
    ...(grant.org_id !== undefined && { org_id: grant.org_id }),
    topics: [NOTIFICATIONS_TOPIC, walTopic(grant.user_id)],
    connected_at: toTimestamp(deps.clock.now()),
    ...(grant.issued_at !== undefined && { issued_at: grant.issued_at }),
    ...(grant.expires_at !== undefined && { expires_at: grant.expires_at }),
  });
  try {
    // Stored first and asked then: a logout notes itself first and looks for sockets then, so one of the two finds the other.
    await refuseLoggedOut(deps, grant);
  } catch (error) {
    await deps.connections.remove({ connection_id: connectionId, user_id: grant.user_id });
    throw error;
  }
  deps.metrics.count('connected');
}

export async function closeConnection(
  deps: Pick<Deps, 'connections' | 'metrics'>,
  connectionId: string,
): Promise<void> {
  await deps.connections.remove({ connection_id: connectionId });
  deps.metrics.count('disconnected');
}
