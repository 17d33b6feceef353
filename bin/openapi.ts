// Writes docs/openapi.json from the schemas; with --check it only says whether the file is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openApiDocument } from '../protocol/openapi-document.ts';

const file = new URL('../docs/openapi.json', import.meta.url);
const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;
const text = `${JSON.stringify(openApiDocument(), null, 2)}\n`;

if (!check) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('docs/openapi.json is stale: run `npx tsx bin/openapi.ts`.\n');
  process.exitCode = 1;
}
