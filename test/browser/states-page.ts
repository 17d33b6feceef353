// A page with one bell and a scripted client: states that a real server reaches only after minutes or failures.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import type { Connection, NotificationsState } from '../../client/core/notifications-client.ts';
import { WAIT_MS } from './bell-page.ts';
import { SAMPLE_NOW, SAMPLES } from './pages/samples.ts';
import { ONLINE } from './pages/scripted-client.ts';

const ENTRY = fileURLToPath(new URL('./pages/states.ts', import.meta.url));
/** A secure context, as desktop notifications need. */
const URL_OF_PAGE = 'http://ledger.localhost/';
const down = (connection: Partial<Connection>): Connection => ({
  ...ONLINE.connection,
  status: 'offline',
  ...connection,
});
const LOST = down({ reason: 'connection_lost', attempt: 2, nextRetryAt: SAMPLE_NOW + 12_000 });
const SHOWN = { notifications: SAMPLES, unreadCount: 3 };

/** Every state the bell knows, by name. */
export const STATES: Record<string, Partial<NotificationsState>> = {
  list: SHOWN,
  empty: {},
  loading: { loading: true, connection: down({ status: 'connecting' }) },
  error: {
    error: { action: 'load', code: 'network', message: 'no answer' },
    unreadCount: 3,
    connection: LOST,
  },
  offline: { ...SHOWN, connection: LOST },
  polling: { ...SHOWN, connection: down({ status: 'polling', reason: 'server_unavailable', attempt: 6 }) },
  'signed-out': { connection: down({ status: 'unauthorized', reason: 'signed_out' }) },
  many: { notifications: SAMPLES, unreadCount: 100, unreadCountExact: false, hasMore: true },
};

let script: Promise<string> | undefined;

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]!.text;
}

export interface StatesPageOptions {
  theme?: 'light' | 'dark';
  lang?: string;
  state?: Partial<NotificationsState>;
}

/** The page's `client` is the scripted one; its clock starts at `SAMPLE_NOW` and runs. */
export async function statesPage(
  context: BrowserContext,
  { theme = 'light', lang = 'en', state = SHOWN }: StatesPageOptions = {},
): Promise<Page> {
  script ??= bundled();
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  await page.clock.install({ time: SAMPLE_NOW });
  const files: Record<string, [string, string]> = {
    [URL_OF_PAGE]: ['text/html', html(theme, lang)],
    [`${URL_OF_PAGE}states.js`]: ['text/javascript', await script],
  };
  await page.route(`${URL_OF_PAGE}**`, (route) => {
    const [contentType, body] = files[route.request().url()] ?? [];
    return body === undefined ? route.abort() : route.fulfill({ contentType, body });
  });
  await page.goto(URL_OF_PAGE);
  await page.evaluate((first) => {
    const client = (globalThis as any).scriptedClient(first);
    Object.assign(globalThis, { client });
    document.querySelector('notification-bell')!.client = client;
  }, state);
  // What floats is loaded after the bell.
  await page.locator('notification-bell dialog').waitFor({ state: 'attached' });
  return page;
}

const html = (theme: string, lang: string) => `<!doctype html><html lang="${lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Ledger</title>
<script type="module" src="/states.js"></script>
<style>
  :root { color-scheme: ${theme}; font: 13px/18px system-ui, sans-serif; background: light-dark(#f2f4f3, #0f1312);
    color: light-dark(#16201d, #e7ecea) }
  body { margin: 0 }
  header { display: flex; align-items: center; height: 56px; padding: 0 16px; background: light-dark(#fff, #161b1a);
    border-bottom: 1px solid light-dark(#dce2e0, #2a312f); --nb-under: light-dark(#fff, #161b1a) }
  strong { font: 600 15px/20px system-ui, sans-serif; margin-inline-end: auto }
  main { padding: 24px 16px }
  h1 { font: 600 20px/26px system-ui, sans-serif; margin: 0 0 8px }
</style></head>
<body><header><strong>Ledger</strong><notification-bell></notification-bell></header>
<main><h1>Positions</h1></main></body></html>`;
