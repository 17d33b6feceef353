// Writes docs/deploy-rules.md from the rules; with --check it only says whether the file is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { deployRulesDocument } from '../lib/deploy-rules/deploy-rules-document.ts';

const file = new URL('../docs/deploy-rules.md', import.meta.url);
const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;
const text = deployRulesDocument();

if (!check) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('docs/deploy-rules.md is stale: run `npx tsx bin/deploy-rules.ts`.\n');
  process.exitCode = 1;
}
