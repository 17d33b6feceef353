// Every document that is made from the schemas, by its path under docs/. Build time only: no function imports this.
import { asyncApiDocument } from './asyncapi-document.ts';
import { inboxApiPage, type OpenApi } from './inbox-api-page.ts';
import { jsonSchemas } from './json-schemas.ts';
import { openApiDocument } from './openapi-document.ts';

export function apiDocuments(): Map<string, string> {
  const schemas = Object.entries(jsonSchemas()).flatMap(([group, byName]) =>
    Object.entries(byName).map(([name, schema]) => [`schemas/${group}/${name}.json`, schema] as const),
  );
  const documents = [['openapi.json', openApiDocument()], ['asyncapi.json', asyncApiDocument()], ...schemas] as const;
  const texts = documents.map(([path, document]) => [path, `${JSON.stringify(document, null, 2)}\n`] as const);
  return new Map([...texts, ['inbox-api.md', inboxApiPage(openApiDocument() as unknown as OpenApi)]]);
}
