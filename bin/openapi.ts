// npm run openapi: writes docs/openapi.json, docs/asyncapi.json and docs/schemas/ from the schemas.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiDocuments } from '../protocol/api-documents.ts';

const DOCS = fileURLToPath(new URL('../docs/', import.meta.url));

// A frame that is gone leaves no file.
rmSync(`${DOCS}schemas`, { recursive: true, force: true });
for (const [path, text] of apiDocuments()) {
  mkdirSync(dirname(DOCS + path), { recursive: true });
  writeFileSync(DOCS + path, text);
}
