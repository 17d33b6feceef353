// After a build: no page loads anything from another host, and what it loads is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SITE = fileURLToPath(new URL('../.carillon/site/', import.meta.url));
const pages = readdirSync(SITE, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.html'));

const read = (page: string): string => readFileSync(join(SITE, page), 'utf8');
const each = (find: RegExp) =>
  pages.flatMap((page) => [...read(page).matchAll(find)].map((found) => [page, found[1]!]));

const foreign = each(/<(?:script|img|iframe|source|link)\b[^>]*\b(?:src|href)="((?:https?:)?\/\/[^"]*)"/g);
const base = process.env.SITE_BASE ?? '/';
const missing = each(/\b(?:src|href)="([^"]*\/assets\/[^"]*)"/g).filter(
  ([, path]) => !path!.startsWith(base) || !existsSync(join(SITE, path!.slice(base.length))),
);
const wrong = [...foreign, ...missing].map(([page, path]) => `${page}: ${path}`);
if (pages.length < 50) wrong.push(`only ${pages.length} pages`);

if (wrong.length === 0) process.stdout.write(`${pages.length} pages in .carillon/site, nothing from another host\n`);
else {
  process.stderr.write(`From another host, or missing:\n${wrong.join('\n')}\n`);
  process.exitCode = 1;
}
