// The router of the REST API: every route, and one place where errors become replies.
import { Hono } from 'hono';
import { CallerError } from '../../protocol/error-codes.ts';
import type { Deps } from '../domain/delivery/ports.ts';
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
import { identify, type RestEnv } from './rest-env.ts';
import { ticketRoutes } from './tickets.ts';

type Reached = 'clock' | 'log' | 'metrics' | 'bus' | 'recipients' | 'connections' | 'inbox' | 'broadcasts';
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
  | 'history'
  | 'readMarks'
  | 'userStates'
  | 'rateLimits'
  | 'limits'
  | 'audience'
  | 'fanoutProgress'
> & {
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
  const app = new Hono<RestEnv>();
  app.use('/api/*', async (c, next) => {
    const { identity, claims } = identify(c, deps.tokenRules, deps.clock.now());
    await refuseLoggedOut(deps, identity);
    c.set('identity', identity);
    c.set('claims', claims);
    if (c.req.method === 'GET') await limitRate(deps, identity.user_id, 'reads');
    await next();
  });
  app.route('/', healthRoutes(deps));
  app.route('/', notificationRoutes(deps));
  app.route('/', changeRoutes(deps));
  app.route('/', preferenceRoutes(deps));
  app.route('/', deviceRoutes(deps));
  app.route('/', ticketRoutes(deps));
  app.route('/', internalRoutes(deps));
  app.notFound(() => problemResponse(deps, new CallerError('not_found', 'There is nothing here.')));
  app.onError((error) => problemResponse(deps, error));
  return app;
}
