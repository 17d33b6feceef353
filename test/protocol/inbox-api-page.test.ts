// docs/inbox-api.md shows every route and object of the OpenAPI document, with links that lead somewhere.
import { expect, it } from 'vitest';
import { inboxApiPage, type OpenApi } from '../../protocol/inbox-api-page.ts';
import { openApiDocument } from '../../protocol/openapi-document.ts';

const api = openApiDocument() as unknown as OpenApi;
const page = inboxApiPage(api);
const headings = [...page.matchAll(/^### (.+)$/gm)].map((found) => found[1]!.replaceAll('`', ''));

it('has a heading for every route and every object', () => {
  const routes = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(headings).toEqual([...routes, ...Object.keys(api.components.schemas)]);
});

it('links only to objects that are there', () => {
  const targets = [...page.matchAll(/\]\(#([a-z]+)\)/g)].map((found) => found[1]!.replaceAll('`', ''));
  const objects = new Set(headings.map((heading) => heading.toLowerCase()));
  expect(targets.length).toBeGreaterThan(50);
  expect(targets.filter((target) => !objects.has(target))).toEqual([]);
});

it('says type, limits and whether a field may be left out', () => {
  expect(page).toContain('| `platform` | `"fcm"`, `"apns"`, `"apns_sandbox"` |');
  expect(page).toContain('Body: [PhoneRequest](#phonerequest) or [BrowserRequest](#browserrequest).');
  expect(page).toMatch(/\| `token` \| string \| characters, at least 1; characters, at most 2048/);
  expect(page).toMatch(/\| `websocket_notifications` \| boolean, optional \|/);
});
