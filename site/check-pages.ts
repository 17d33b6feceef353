// After a build: no page loads anything from another host, and every page of the sidebar is there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SITE = fileURLToPath(new URL('../.carillon/site/', import.meta.url));
const pages = readdirSync(SITE, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.html'));

const loaded =
  /<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc="(?:https?:)?\/\/|<link\b[^>]*\bhref="(?:https?:)?\/\/[^>]*>/g;
const foreign = pages.flatMap((page) =>
  [...readFileSync(join(SITE, page), 'utf8').matchAll(loaded)].map(([tag]) => `${page}: ${tag}`),
);
if (pages.length < 20 || foreign.length > 0) {
  process.stderr.write(`${pages.length} pages; loaded from another host:\n${foreign.join('\n')}\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`${pages.length} pages in .carillon/site, nothing from another host\n`);
}
