// One table of routes for three readers: API Gateway, the function's router, the OpenAPI document.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type InboxAppDeps, inboxApp } from '../../lambdas/routes/inbox-app.ts';
import { openApiDocument } from '../../protocol/openapi-document.ts';
import { REST_OPERATIONS } from '../../protocol/rest-operations.ts';
import { REST_ROUTES, type RestRoute } from '../../protocol/rest-routes.ts';

describe('the routes of the HTTP API', () => {
  it('are those of the function', () => {
    const ofFunction = inboxApp({} as InboxAppDeps).routes.map(
      ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
    );
    const ofGateway = Object.values(REST_ROUTES).map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(ofFunction)].sort()).toEqual(ofGateway.sort());
  });

  it('take a query where the OpenAPI document has one', () => {
    const takes = Object.entries<RestRoute>(REST_ROUTES).filter(([, { takesQuery }]) => takesQuery);
    const documented = Object.entries(REST_OPERATIONS).filter(([, { query }]) => query !== undefined);
    expect(documented.map(([id]) => id).sort()).toEqual(takes.map(([id]) => id).sort());
  });
});

it('docs/openapi.json is what the schemas say; `npx tsx bin/openapi.ts` writes it', () => {
  const written = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});
