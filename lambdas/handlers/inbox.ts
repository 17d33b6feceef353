// The REST API: Hono routes behind API Gateway's explicit ones.
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { handle } from 'hono/aws-lambda';
import { type InboxDeps, inboxDeps } from '../inbox-deps.ts';
import { inboxApp } from '../routes/inbox-app.ts';
import { withDeps } from '../start.ts';

const apps = new WeakMap<InboxDeps, ReturnType<typeof handle>>();

export async function inbox(deps: InboxDeps, event: APIGatewayProxyEventV2, context: Context) {
  let serve = apps.get(deps);
  if (!serve) {
    serve = handle(inboxApp(deps));
    apps.set(deps, serve);
  }
  return serve(withoutIdleBody(event) as never, context as never);
}

/**
 * API Gateway passes the body of a GET on, and the adapter refuses it. It means nothing:
 * https://www.rfc-editor.org/rfc/rfc9110#section-9.3.1
 */
function withoutIdleBody(event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 {
  if (event.requestContext.http.method !== 'GET') return event;
  const { body: _, ...rest } = event;
  return rest;
}

export const handler = withDeps(inboxDeps, inbox);
