// A user's preferences over REST.
import { Hono } from 'hono';
import { preferencesChangeSchema } from '../../protocol/preferences.ts';
import type { Deps } from '../domain/deps.ts';
import { changePreferences, readPreferences } from '../domain/preferences.ts';
import { limitRate } from '../domain/rate-limit.ts';
import { noQuerySchema, type RestEnv, readBody, readQuery, userOf } from './rest-env.ts';

export function preferenceRoutes(deps: Pick<Deps, 'userStates' | 'rateLimits' | 'metrics' | 'clock'>): Hono<RestEnv> {
  return new Hono<RestEnv>()
    .get('/api/v2/preferences', async (c) => {
      readQuery(c, noQuerySchema);
      return c.json(await readPreferences(deps, userOf(c)));
    })
    .put('/api/v2/preferences', async (c) => {
      readQuery(c, noQuerySchema);
      const change = await readBody(c, preferencesChangeSchema);
      await limitRate(deps, userOf(c), 'mutations');
      return c.json(await changePreferences(deps, userOf(c), change));
    });
}
