// Serves the console: its page, its bundle and its icon.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { PAGE_POLICY } from '../browser-guard.ts';
import { buildConsole } from './build-console.ts';

const SOURCE = fileURLToPath(new URL('../../console/', import.meta.url));
/** Path, the file, whether the bundler makes it, its type. */
const FILES: Record<string, [file: string, isBuilt: boolean, type: string]> = {
  '/': ['page.html', false, 'text/html; charset=utf-8'],
  // Where the app has a `GET /` of its own, the console is here.
  '/_console/': ['page.html', false, 'text/html; charset=utf-8'],
  '/_console/console.js': ['console.js', true, 'text/javascript; charset=utf-8'],
  '/_console/console.css': ['console.css', true, 'text/css; charset=utf-8'],
  '/_console/icon.svg': ['icon.svg', false, 'image/svg+xml'],
};
/** False when the path is none of the console's. */
export async function serveConsole(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  const file = FILES[(req.url ?? '').split('?')[0]!];
  if (!file || (req.method !== 'GET' && req.method !== 'HEAD')) return false;
  const [name, isBuilt, type] = file;
  const text = await readFile(join(isBuilt ? await buildConsole() : SOURCE, name));
  const isZipped = /\bgzip\b/.test(req.headers['accept-encoding'] ?? '');
  res.writeHead(200, {
    'content-type': type,
    // An edit of a source shows at the next load.
    'cache-control': 'no-store',
    'content-security-policy': PAGE_POLICY,
    ...(isZipped && { 'content-encoding': 'gzip' }),
  });
  res.end(req.method === 'HEAD' ? undefined : isZipped ? gzipSync(text) : text);
  return true;
}
