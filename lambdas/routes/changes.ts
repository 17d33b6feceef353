// Changing the inbox: one notification or all of them. Every reply bears the absolute unread count.
import { type Context, Hono } from 'hono';
import { CallerError } from '../../protocol/error-codes.ts';
import { upToSchema } from '../../protocol/notification-change.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { clearAll, markAllRead } from '../domain/inbox/change-inbox.ts';
import { type Act, type ChangeDeps, changeNotification } from '../domain/inbox/change-notification.ts';
import { limitRate } from '../domain/model/rate-limit.ts';
import { noQuerySchema, type RestEnv, readBody, readId, readQuery, userOf } from './rest-env.ts';

export function changeRoutes(deps: ChangeDeps & Pick<Deps, 'userStates' | 'rateLimits' | 'limits'>): Hono<RestEnv> {
  const changeOne = async (c: Context<RestEnv, '/:id'>, act: Act) => {
    readQuery(c, noQuerySchema);
    const id = readId(c);
    const userId = userOf(c);
    await limitRate(deps, userId, 'mutations');
    return changeNotification(deps, userId, id, act);
  };
  return new Hono<RestEnv>()
    .put('/api/v2/notifications/mark-all-read', async (c) => {
      const upTo = await readUpTo(c);
      await limitRate(deps, userOf(c), 'mutations');
      return c.json(await markAllRead(deps, userOf(c), upTo));
    })
    .delete('/api/v2/notifications/clear-all', async (c) => {
      const { up_to: upTo } = readQuery(c, upToSchema);
      await limitRate(deps, userOf(c), 'mutations');
      return c.json(await clearAll(deps, userOf(c), upTo ?? undefined));
    })
    .put('/api/v2/notifications/:id/read', async (c) => c.json(await changeOne(c, 'read')))
    .put('/api/v2/notifications/:id/unread', async (c) => c.json(await changeOne(c, 'unread')))
    .delete('/api/v2/notifications/:id', async (c) => c.json(await changeOne(c, 'archive')));
}

/** In the body, or in the query for clients that send none with this. */
async function readUpTo(c: Context<RestEnv>): Promise<string | undefined> {
  const inQuery = readQuery(c, upToSchema).up_to;
  const inBody = (await readBody(c, upToSchema)).up_to;
  if (inQuery && inBody && inQuery !== inBody) {
    throw new CallerError('invalid_request', 'up_to is in the query and, different, in the body; give it once', {
      field: 'up_to',
    });
  }
  return inBody ?? inQuery ?? undefined;
}
