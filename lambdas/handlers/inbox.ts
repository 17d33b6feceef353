// The REST API: Hono routes behind API Gateway's explicit ones.
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { openTable } from '../aws/clients.ts';
import { eventBus } from '../aws/event-bus.ts';
import { tickets } from '../aws/tickets.ts';
import type { Deps } from '../domain/deps.ts';
import { CallerError } from '../../protocol/error-codes.ts';
import { readEnvironment } from '../environment.ts';
import { problemResponse } from '../responses.ts';
import { internalRoutes } from '../routes/internal.ts';
import { ticketRoutes } from '../routes/tickets.ts';
import type { RestEnv } from '../routes/rest-env.ts';
import { type BaseDeps, withDeps } from '../start.ts';

export type InboxDeps = BaseDeps & Pick<Deps, 'tickets' | 'bus'> & { wsUrl: string };

export function inboxApp(deps: InboxDeps): Hono<RestEnv> {
  const app = new Hono<RestEnv>();
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.route('/', ticketRoutes(deps));
  app.route('/', internalRoutes(deps));
  app.notFound(() => problemResponse(deps.log, new CallerError('not_found', 'There is nothing here.')));
  app.onError((error) => problemResponse(deps.log, error));
  return app;
}

const apps = new WeakMap<InboxDeps, ReturnType<typeof handle>>();

export async function inbox(deps: InboxDeps, event: APIGatewayProxyEventV2, context: Context) {
  let serve = apps.get(deps);
  if (!serve) {
    serve = handle(inboxApp(deps));
    apps.set(deps, serve);
  }
  return serve(event as never, context as never);
}

export const handler = withDeps((base): InboxDeps => {
  const env = readEnvironment('TABLE_NAME', 'EVENT_BUS_NAME', 'WEBSOCKET_URL');
  const table = openTable(env.TABLE_NAME);
  return { ...base, tickets: tickets(table), bus: eventBus(env.EVENT_BUS_NAME), wsUrl: env.WEBSOCKET_URL };
}, inbox);
