// Serves the example pages under /examples/, so that what they show is tried out within the first minute.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { foreignPageRefusal, PAGE_POLICY } from '../browser-guard.ts';
import { errorCode } from '../error-code.ts';
import { type Bundles, bundleExamples, EXAMPLES_FOLDER } from './example-bundles.ts';
import { type FragmentsDeps, htmxFragments } from './htmx-fragments.ts';

export interface ExamplePages {
  /** False when the path is none of the examples'. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<boolean>;
}

const PREFIX = '/examples/';
/** A folder's page; the files' names are fixed, so a path cannot lead out of the folder. */
const PAGE = /^(?:([a-z-]+)\/)?$/;
const FRAGMENT = /^htmx\/([a-z]+)$/;

export function examplePages(deps: FragmentsDeps): ExamplePages {
  const fragments = htmxFragments(deps);
  let bundles: Promise<Bundles> | undefined;

  return {
    async handle(req, res) {
      const url = new URL(req.url ?? '/', 'http://127.0.0.1');
      if (`${url.pathname}/` === PREFIX) return send(res, 308, 'text/plain', '', { location: PREFIX });
      if (!url.pathname.startsWith(PREFIX) || req.method !== 'GET') return false;
      const path = url.pathname.slice(PREFIX.length);
      const page = PAGE.exec(path);
      if (page) {
        // A bundle that failed is made again too: its error names what to edit.
        const isStale = await bundles?.then(
          (made) => made.isStale(),
          () => true,
        );
        if (isStale) bundles = undefined;
        return sendPage(res, join(EXAMPLES_FOLDER, page[1] ?? '', 'index.html'));
      }
      if (path === 'style.css') return send(res, 200, 'text/css', await readFile(join(EXAMPLES_FOLDER, path)));
      const fragment = FRAGMENT.exec(path)?.[1];
      if (fragment) {
        // The server of the example signs in as any user.
        const refusal = foreignPageRefusal(req.headers);
        if (refusal !== undefined) return send(res, 403, 'text/plain', refusal);
        const html = await fragments.render(fragment, url.searchParams.get('user') ?? 'alice');
        if (html !== undefined) return send(res, 200, 'text/html; charset=utf-8', html);
      }
      if (!path.endsWith('.js')) return false;
      bundles ??= bundleExamples();
      const script = (await bundles).scripts.get(path);
      return script !== undefined && send(res, 200, 'text/javascript; charset=utf-8', script);
    },
  };
}

async function sendPage(res: ServerResponse, file: string): Promise<boolean> {
  let page: string;
  try {
    page = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
  const inline = [...page.matchAll(/<script type="module">([\s\S]*?)<\/script>/g)].map(
    ([, script]) => `'sha256-${createHash('sha256').update(script!).digest('base64')}'`,
  );
  const policy = `${PAGE_POLICY}; script-src 'self' ${inline.join(' ')}`;
  return send(res, 200, 'text/html; charset=utf-8', page, { 'content-security-policy': policy });
}

function send(
  res: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): true {
  res.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...headers }).end(body);
  return true;
}
