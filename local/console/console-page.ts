// Serves the console: one page, read from its file at every request so that an edit shows at once.
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { PAGE_POLICY } from '../browser-guard.ts';

const PAGE = new URL('./index.html', import.meta.url);

export async function consolePage(res: ServerResponse): Promise<void> {
  const page = await readFile(PAGE);
  res.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // This page carries its script and style inline.
    'content-security-policy': `${PAGE_POLICY}; script-src 'unsafe-inline'; style-src 'unsafe-inline'`,
  });
  res.end(page);
}
