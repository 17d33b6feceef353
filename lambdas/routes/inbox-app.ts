// The router of the REST API: every route, and one place where errors become replies.
import { Hono, type MiddlewareHandler } from 'hono';
import { CallerError } from '../../protocol/error-codes.ts';
import { REST_ROUTES, type RestOperationId, type RestRoute } from '../../protocol/rest-routes.ts';
import type { Deps } from '../domain/delivery/ports.ts';
import type { UserRows } from '../domain/delivery/user-data.ts';
import { inboxOfCredential } from '../domain/model/addressed-request.ts';
import { limitRate } from '../domain/model/rate-limit.ts';
import type { TokenRules } from '../domain/sockets/access-token.ts';
import { refuseLoggedOut } from '../domain/sockets/logout.ts';
import { problemResponse } from '../responses.ts';
import { changeRoutes } from './changes.ts';
import { deviceRoutes } from './devices.ts';
import { healthRoutes } from './health.ts';
import { internalRoutes } from './internal.ts';
import { notificationRoutes } from './notifications.ts';
import { preferenceRoutes } from './preferences.ts';
import { identify, type RestEnv, type RestHandlers, refuseQuery } from './rest-env.ts';
import { ticketRoutes } from './tickets.ts';

type Reached = 'clock' | 'log' | 'metrics' | 'bus' | 'fastBus' | 'recipients' | 'connections' | 'inbox' | 'broadcasts';
export type InboxAppDeps = Pick<
  Deps,
  | Reached
  | 'subscriptions'
  | 'sender'
  | 'closer'
  | 'logouts'
  | 'tickets'
  | 'devices'
  | 'push'
  | 'webPushKeys'
  | 'history'
  | 'readMarks'
  | 'userStates'
  | 'digests'
  | 'rateLimits'
  | 'limits'
  | 'audience'
  | 'fanoutProgress'
  | 'requests'
  | 'tasks'
  | 'rateSlots'
  | 'claims'
  | 'inboxRules'
> & {
  userRows: UserRows;
  retentionDays: number;
  /** What a ticket opens. */
  wsUrl: string;
  mappedDetailTypes: readonly string[];
  tokenRules: TokenRules;
  /** Throws when the table does not answer. */
  checkTable(): Promise<void>;
  /** Frames to everyone and to topics that this stack makes at most. */
  postsPerSecond: number;
};

export function inboxApp(deps: InboxAppDeps): Hono<RestEnv> {
  const handlers: RestHandlers = {
    ...healthRoutes(deps),
    ...notificationRoutes(deps),
    ...changeRoutes(deps),
    ...preferenceRoutes(deps),
    ...deviceRoutes(deps),
    ...ticketRoutes(deps),
    ...internalRoutes(deps),
  };
  const app = new Hono<RestEnv>();
  for (const [id, route] of Object.entries<RestRoute>(REST_ROUTES)) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(route.method, path, admit(deps, route), ...[handlers[id as RestOperationId]].flat());
  }
  app.notFound(() => problemResponse(deps, new CallerError('not_found', 'There is nothing here.')));
  app.onError((error) => problemResponse(deps, error));
  return app;
}

/** Who calls, whether the query is one, and whether the user may call so often: before the handler runs. */
function admit(deps: InboxAppDeps, { method, auth, takesQuery, limit }: RestRoute): MiddlewareHandler<RestEnv> {
  return async (c, next) => {
    if (auth === 'jwt') {
      const { identity, claims } = identify(c, deps.tokenRules, deps.clock.now());
      const inbox = inboxOfCredential(identity, deps.inboxRules);
      const notLoggedOut = refuseLoggedOut(deps, { ...identity, user_id: inbox });
      // Awaited below, or by the handler.
      notLoggedOut.catch(() => undefined);
      c.set('notLoggedOut', notLoggedOut);
      c.set('identity', identity);
      c.set('claims', claims);
      c.set('inbox', inbox);
      // Who is logged out uses up nobody's limit; but for tickets, whose handler stores one while it is found out.
      if (limit !== 'tickets') await notLoggedOut;
      await limitRate(deps, inbox, limit ?? (method === 'GET' ? 'reads' : 'mutations'));
    }
    if (auth !== 'open' && !takesQuery) refuseQuery(c);
    await next();
  };
}
