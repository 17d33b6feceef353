// Serves the console: one page, read from its file at every request so that an edit shows at once.
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';

const PAGE = new URL('./index.html', import.meta.url);

export async function consolePage(res: ServerResponse): Promise<void> {
  const page = await readFile(PAGE);
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);
}
