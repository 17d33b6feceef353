// The REST API: Hono routes behind API Gateway's explicit ones.
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { CallerError } from '../../protocol/error-codes.ts';
import { audience } from '../aws/audience.ts';
import { broadcasts } from '../aws/broadcasts.ts';
import { openTable } from '../aws/clients.ts';
import { connections } from '../aws/connections.ts';
import { devices } from '../aws/devices.ts';
import { eventBus } from '../aws/event-bus.ts';
import { history } from '../aws/history.ts';
import { inbox as inboxOf } from '../aws/inbox.ts';
import { push } from '../aws/push.ts';
import { rateLimits } from '../aws/rate-limits.ts';
import { readMarks } from '../aws/read-marks.ts';
import { recipients } from '../aws/recipients.ts';
import { sender } from '../aws/sender.ts';
import { tickets } from '../aws/tickets.ts';
import { userStates } from '../aws/user-states.ts';
import type { Deps } from '../domain/deps.ts';
import type { ReaderDeps } from '../domain/reader-deps.ts';
import { PUSH_VARIABLES, pushTargets, readEnvironment } from '../environment.ts';
import { problemResponse } from '../responses.ts';
import { changeRoutes } from '../routes/changes.ts';
import { deviceRoutes } from '../routes/devices.ts';
import { internalRoutes } from '../routes/internal.ts';
import { notificationRoutes } from '../routes/notifications.ts';
import { preferenceRoutes } from '../routes/preferences.ts';
import type { RestEnv } from '../routes/rest-env.ts';
import { ticketRoutes } from '../routes/tickets.ts';
import { type BaseDeps, withDeps } from '../start.ts';

export type InboxDeps = BaseDeps &
  Pick<
    Deps,
    | 'tickets'
    | 'bus'
    | 'recipients'
    | 'connections'
    | 'inbox'
    | 'broadcasts'
    | 'sender'
    | 'devices'
    | 'push'
    | keyof ReaderDeps
  > & { wsUrl: string };

export function inboxApp(deps: InboxDeps): Hono<RestEnv> {
  const app = new Hono<RestEnv>();
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.route('/', notificationRoutes(deps));
  app.route('/', changeRoutes(deps));
  app.route('/', preferenceRoutes(deps));
  app.route('/', deviceRoutes(deps));
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
  const env = readEnvironment('TABLE_NAME', 'EVENT_BUS_NAME', 'WEBSOCKET_URL', 'CALLBACK_URL', ...PUSH_VARIABLES);
  const table = openTable(env.TABLE_NAME);
  return {
    ...base,
    tickets: tickets(table),
    bus: eventBus(env.EVENT_BUS_NAME),
    recipients: recipients(table, base.clock),
    connections: connections(table, base.clock),
    inbox: inboxOf(table, base.clock),
    broadcasts: broadcasts(table, base.clock),
    sender: sender(env.CALLBACK_URL),
    devices: devices(table),
    push: push(pushTargets(env)),
    history: history(table, base.clock),
    readMarks: readMarks(table),
    userStates: userStates(table),
    rateLimits: rateLimits(table),
    audience: audience(table, base.clock),
    wsUrl: env.WEBSOCKET_URL,
  };
}, inbox);
