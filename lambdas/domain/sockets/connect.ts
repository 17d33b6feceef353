// A socket opens or closes: recorded where deliveries and fan-outs look for it.
import { CONNECTION_LIFETIME_SECONDS } from '../../../protocol/limits.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { orgTopic } from '../../../protocol/topic.ts';
import { loadPresent } from '../model/introduce.ts';
import type { Connection } from '../model/recipient.ts';
import { sendLater } from '../schedule/send-later.ts';
import type { ConnectionGrant } from './authorise-connection.ts';
import type { Deps } from './ports.ts';
import { subscriberPreferences } from './subscriber-preferences.ts';

/** The gateway's two hours and a little for clocks that differ (our choice). */
export const CONNECTION_TTL_SECONDS = CONNECTION_LIFETIME_SECONDS + 60;

export async function openConnection(
  deps: Pick<Deps, 'connections' | 'subscriptions' | 'recipients' | 'clock' | 'metrics' | 'tasks' | 'schedules'>,
  connectionId: string,
  grant: ConnectionGrant,
): Promise<void> {
  const connection: Connection = {
    connection_id: connectionId,
    user_id: grant.user_id,
    ...(grant.org_id !== undefined && { org_id: grant.org_id }),
    connected_at: toTimestamp(deps.clock.now()),
    ...(grant.expires_at !== undefined && { expires_at: grant.expires_at }),
  };
  const added = deps.connections.add(connection, grant.org_id === undefined ? [] : [orgTopic(grant.org_id)]);
  await Promise.all([added, closeWithCredential(deps, connectionId, grant)]);
  // After the rows are written: a change of preferences finds them, or is found here.
  const { preferences, state_version: version } = await loadPresent(deps, grant.user_id);
  const wanted = subscriberPreferences(preferences);
  if (Object.keys(wanted).length > 0) await deps.subscriptions.setPreferences(connection, wanted, version);
  deps.metrics.count('connected');
}

/** API Gateway looks at a credential once, when the socket opens; whoever opened it must close it when the credential ends. */
async function closeWithCredential(
  deps: Pick<Deps, 'clock' | 'tasks' | 'schedules'>,
  connectionId: string,
  { expires_at: expiresAt, user_id: userId }: ConnectionGrant,
): Promise<void> {
  if (expiresAt === undefined) return;
  const dueAtMs = Date.parse(expiresAt);
  if (dueAtMs - deps.clock.now() >= CONNECTION_LIFETIME_SECONDS * 1000) return;
  await sendLater(deps, { task: 'close', user_id: userId, connection_id: connectionId, due_at_ms: dueAtMs });
}

export async function closeConnection(
  deps: Pick<Deps, 'connections' | 'metrics'>,
  connectionId: string,
): Promise<void> {
  await deps.connections.remove({ connection_id: connectionId });
  deps.metrics.count('disconnected');
}
