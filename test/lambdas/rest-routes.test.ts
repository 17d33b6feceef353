// One table of routes in three places: API Gateway's, the function's router, the OpenAPI document.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type InboxAppDeps, inboxApp } from '../../lambdas/routes/inbox-app.ts';
import { INBOX_ROUTES } from '../../lib/inbox-api.ts';
import { openApiDocument } from '../../protocol/openapi-document.ts';
import { REST_OPERATIONS } from '../../protocol/rest-operations.ts';

const ofGateway = INBOX_ROUTES.map(([method, path]) => `${method} ${path}`);

describe('the routes of the HTTP API', () => {
  it('are those of the function', () => {
    const ofFunction = inboxApp({} as InboxAppDeps).routes.map(
      ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
    );
    // What stands before all of them is no route.
    const routes = ofFunction.filter((route) => !route.startsWith('ALL '));
    expect([...new Set(routes)].sort()).toEqual([...ofGateway].sort());
  });

  it('are those of the OpenAPI document, behind the same authorizers', () => {
    const documented = REST_OPERATIONS.map(({ method, path, auth }) => `${method.toUpperCase()} ${path} ${auth}`);
    expect(documented.sort()).toEqual(INBOX_ROUTES.map(([method, path, auth]) => `${method} ${path} ${auth}`).sort());
  });
});

it('docs/openapi.json is what the schemas say; `npx tsx bin/openapi.ts` writes it', () => {
  const written = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});
