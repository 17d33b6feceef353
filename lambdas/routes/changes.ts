// Changing the inbox: one notification or all of them. Every reply has the absolute unread count.
import type { Context } from 'hono';
import { CallerError } from '../../protocol/error-codes.ts';
import { snoozeSchema, upToSchema } from '../../protocol/notification-change.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import { clearAll, markAllRead } from '../domain/inbox/change-inbox.ts';
import { type Act, type ChangeDeps, changeNotification } from '../domain/inbox/change-notification.ts';
import { type ClaimDeps, claim, refuseHeld, releaseClaim } from '../domain/inbox/claim.ts';
import { markAllSeen } from '../domain/inbox/mark-all-seen.ts';
import { snooze, unsnooze } from '../domain/inbox/snooze.ts';
import { type RestEnv, type RestHandlers, readBody, readId, readQuery, userOf } from './rest-env.ts';

type RouteDeps = ChangeDeps & ClaimDeps & Pick<Deps, 'userStates' | 'tasks'> & { retentionDays: number };

export function changeRoutes(deps: RouteDeps) {
  const changeOne = async (c: Context<RestEnv>, act: Act) =>
    c.json(await changeNotification(deps, userOf(c), readId(c), act));
  return {
    markAllRead: async (c) => c.json(await markAllRead(deps, userOf(c), await readUpTo(c))),
    markAllSeen: async (c) => c.json(await markAllSeen(deps, userOf(c), await readUpTo(c))),
    async clearAll(c) {
      const { up_to: upTo } = readQuery(c, upToSchema);
      return c.json(await clearAll(deps, userOf(c), upTo ?? undefined));
    },
    markRead: (c) => changeOne(c, 'read'),
    markUnread: (c) => changeOne(c, 'unread'),
    async claimNotification(c) {
      const found = await claim(deps, userOf(c), readId(c));
      refuseHeld(found, userOf(c));
      return c.json({ claim: found });
    },
    releaseNotification: async (c) => c.json({ claim: await releaseClaim(deps, userOf(c), readId(c)) }),
    async snooze(c) {
      const { until } = await readBody(c, snoozeSchema);
      return c.json(await snooze(deps, userOf(c), readId(c), until));
    },
    unsnooze: async (c) => c.json(await unsnooze(deps, userOf(c), readId(c))),
    archiveNotification: (c) => changeOne(c, 'archive'),
  } satisfies Partial<RestHandlers>;
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
