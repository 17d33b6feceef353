// A user's preferences over REST.
import { Hono } from 'hono';
import { preferencesChangeSchema } from '../../protocol/preferences.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { changePreferences, readPreferences } from '../domain/inbox/preferences.ts';
import { limitRate } from '../domain/model/rate-limit.ts';
import { followPreference } from '../domain/push/register-device.ts';
import { followPreferences } from '../domain/sockets/subscriber-preferences.ts';
import { noQuerySchema, type RestEnv, readBody, readQuery, userOf } from './rest-env.ts';

export function preferenceRoutes(
  deps: Pick<
    Deps,
    'userStates' | 'recipients' | 'subscriptions' | 'devices' | 'push' | 'rateLimits' | 'limits' | 'metrics' | 'clock'
  >,
): Hono<RestEnv> {
  return new Hono<RestEnv>()
    .get('/api/v2/preferences', async (c) => {
      readQuery(c, noQuerySchema);
      return c.json(await readPreferences(deps, userOf(c)));
    })
    .put('/api/v2/preferences', async (c) => {
      readQuery(c, noQuerySchema);
      const change = await readBody(c, preferencesChangeSchema);
      await limitRate(deps, userOf(c), 'mutations');
      const preferences = await changePreferences(deps, userOf(c), change);
      if (change.muted_types !== undefined || change.websocket_notifications !== undefined) {
        await followPreferences(deps, userOf(c));
      }
      // Whenever it is named, so that what failed half way is made good by asking again.
      if (change.push_notifications !== undefined) {
        await followPreference(deps, userOf(c), preferences.push_notifications);
      }
      return c.json(preferences);
    });
}
