// A socket opens or closes: recorded where deliveries and fan-outs look for it.
import { CallerError } from '../../../protocol/error-codes.ts';
import { inboxOwner } from '../../../protocol/inbox-id.ts';
import { CONNECTION_LIFETIME_SECONDS } from '../../../protocol/limits.ts';
import { toTimestamp } from '../../../protocol/timestamp.ts';
import { orgTopic } from '../../../protocol/topic.ts';
import { introduced } from '../model/introduce.ts';
import type { Connection, Recipient } from '../model/recipient.ts';
import type { ConnectionGrant } from './authorise-connection.ts';
import { type CloseDeps, closeOldest } from './close-sockets.ts';
import { loggedOutEverywhereAtMs, refusalOf } from './logout.ts';
import type { Deps, OpenConnection } from './ports.ts';
import { subscriberPreferences } from './subscriber-preferences.ts';

/** The gateway's two hours and a little for clocks that differ (our choice). */
export const CONNECTION_TTL_SECONDS = CONNECTION_LIFETIME_SECONDS + 60;

/**
 * Throws CallerError when the user logged out, or opened more others than there may be, while the socket was opening.
 */
export async function openConnection(
  deps: CloseDeps & Pick<Deps, 'subscriptions' | 'recipients' | 'logouts' | 'limits'>,
  connectionId: string,
  grant: ConnectionGrant,
): Promise<void> {
  const connection: Connection = {
    connection_id: connectionId,
    user_id: grant.user_id,
    ...(grant.org_id !== undefined && { org_id: grant.org_id }),
    connected_at: toTimestamp(deps.clock.now()),
    ...(grant.issued_at !== undefined && { issued_at: grant.issued_at }),
    ...(grant.expires_at !== undefined && { expires_at: grant.expires_at }),
  };
  await deps.connections.add(connection, grant.org_id === undefined ? [] : [orgTopic(grant.org_id)]);
  // Stored first and read then: a logout notes itself first and looks for sockets then, so one of the two finds the
  // other. A change of preferences, too, finds the rows, or is found here.
  const [{ preferences, state_version: version, connections }, refusal] = await loadUnlessLoggedOut(deps, grant);
  if (refusal) {
    await deps.connections.remove(connection);
    throw refusal;
  }
  const wanted = subscriberPreferences(preferences);
  if (Object.keys(wanted).length > 0) await deps.subscriptions.setPreferences(connection, wanted, version);
  // Of several that open at once, the last to load finds them all.
  if (!(await closeOldest(deps, connections, deps.limits.connectionsPerUser, connectionId))) {
    await deps.connections.remove(connection);
    throw new CallerError('too_many_connections', 'Too many other connections of this user opened at the same moment.');
  }
}

/**
 * The first socket in an organisation notes that the user has an inbox there before it looks for a logout: a logout of
 * every organisation notes itself first and looks for inboxes then.
 */
async function loadUnlessLoggedOut(
  deps: Pick<Deps, 'recipients' | 'logouts' | 'clock'>,
  grant: ConnectionGrant,
): Promise<[Recipient, CallerError | undefined]> {
  const look = async (): Promise<[Recipient, CallerError | undefined]> => {
    const [recipient, everywhere] = await Promise.all([
      deps.recipients.load(grant.user_id, { consistent: true }),
      loggedOutEverywhereAtMs(deps, grant.user_id),
    ]);
    return [recipient, refusalOf(grant, [recipient.logged_out_at_ms, everywhere])];
  };
  const [recipient, refusal] = await look();
  if (refusal) return [recipient, refusal];
  const present = await introduced(deps, recipient);
  const isNewInbox = present !== recipient && inboxOwner(grant.user_id).org_id !== undefined;
  return [present, isNewInbox ? (await look())[1] : undefined];
}

export const closeConnection = (deps: Pick<Deps, 'connections'>, connection: OpenConnection): Promise<void> =>
  deps.connections.remove(connection);
