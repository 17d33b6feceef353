// A user's preferences over REST.
import { preferencesChangeSchema } from '../../protocol/preferences.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { changePreferences, readPreferences } from '../domain/inbox/preferences.ts';
import { followPreference } from '../domain/push/register-device.ts';
import { followPreferences } from '../domain/sockets/subscriber-preferences.ts';
import { type RestHandlers, readBody, userOf } from './rest-env.ts';

type PreferenceDeps = Pick<
  Deps,
  'userStates' | 'recipients' | 'subscriptions' | 'devices' | 'push' | 'limits' | 'metrics' | 'clock'
>;

/** What open connections carry of them. */
const ON_SUBSCRIPTIONS = [
  'muted_types',
  'muted_topics',
  'muted_groups',
  'type_frequencies',
  'websocket_notifications',
] as const;

export function preferenceRoutes(deps: PreferenceDeps) {
  return {
    readPreferences: async (c) => c.json(await readPreferences(deps, userOf(c))),
    async changePreferences(c) {
      const change = await readBody(c, preferencesChangeSchema);
      const preferences = await changePreferences(deps, userOf(c), change);
      if (ON_SUBSCRIPTIONS.some((name) => change[name] !== undefined)) await followPreferences(deps, userOf(c));
      // Whenever it is named, so that what failed half way is made good by asking again.
      if (change.push_notifications !== undefined) {
        await followPreference(deps, userOf(c), preferences.push_notifications);
      }
      return c.json(preferences);
    },
  } satisfies Partial<RestHandlers>;
}
