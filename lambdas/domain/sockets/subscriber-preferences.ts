// A user's preferences on the subscriptions of open connections, so that a fan-out reads nothing else of a user.
import { mutedTypes, type Preferences } from '../model/recipient.ts';
import type { Deps, SubscriberPreferences } from './ports.ts';

/** Only what differs from the defaults. */
export function subscriberPreferences(
  preferences: Omit<Preferences, 'push_notifications' | 'email_notifications' | 'quiet_hours' | 'daily_digest'>,
): SubscriberPreferences {
  const { muted_topics, muted_groups, websocket_notifications } = preferences;
  const muted_types = mutedTypes(preferences);
  return {
    ...(muted_types.length > 0 && { muted_types }),
    ...(muted_topics.length > 0 && { muted_topics }),
    ...(muted_groups.length > 0 && { muted_groups }),
    ...(!websocket_notifications && { sockets_off: true }),
  };
}

/** To be called after a change is stored. May be repeated; an older version changes nothing. */
export async function followPreferences(
  { recipients, subscriptions }: Pick<Deps, 'recipients' | 'subscriptions'>,
  userId: string,
): Promise<void> {
  const { connections, preferences, state_version: version } = await recipients.load(userId, { consistent: true });
  const wanted = subscriberPreferences(preferences);
  await Promise.all(connections.map((connection) => subscriptions.setPreferences(connection, wanted, version)));
}
