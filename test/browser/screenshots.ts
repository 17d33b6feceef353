// npm run screenshots: every state of the bell into .carillon/screenshots/, and the sheets that the documents show into
// docs/images/.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { NotificationsState } from '../../client/core/notifications-client.ts';
import { openBrowser, PHONE } from './bell-page.ts';
import { SAMPLES } from './pages/samples.ts';
import { saveImage } from './save-image.ts';
import { STATES, statesPage } from './states-page.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ALL = join(ROOT, '.carillon/screenshots');
const IMAGES = join(ROOT, 'docs/images');
const WIDE: BrowserContextOptions = { viewport: { width: 560, height: 600 } };
const SHEET: BrowserContextOptions = { ...PHONE, viewport: { width: 420, height: 600 } };
type Theme = 'light' | 'dark';

interface Shot {
  name: string;
  caption: string;
  png: Buffer;
}
interface ShotOptions {
  name: string;
  caption: string;
  theme: Theme;
  lang?: string;
  state?: Partial<NotificationsState>;
  context?: BrowserContextOptions;
  forcedColors?: 'active';
  height?: number;
  act?: (page: Page) => Promise<void>;
}

const openPanel = async (page: Page) => {
  await page.locator('notification-bell .bell').click();
  await page.locator('notification-bell .foot').waitFor();
};
const emit = (page: Page, changes: Record<string, unknown>[]) =>
  page.evaluate((arrived) => {
    const { SAMPLES: all, client } = globalThis as any;
    for (const [index, change] of arrived.entries()) {
      const notification = { ...all[change.of as number], id: `${index}`, ...change };
      client.emit('notification', { notification, alert: true, source: 'socket' });
    }
  }, changes);

async function shoot(
  browser: Browser,
  { name, caption, theme, lang, state, act = openPanel, ...options }: ShotOptions,
): Promise<Shot> {
  const context = await browser.newContext({
    ...WIDE,
    ...options.context,
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
  });
  const page = await statesPage(context, { theme, lang, state });
  if (options.forcedColors) await page.emulateMedia({ forcedColors: 'active' });
  await act(page);
  await page.mouse.move(5, 590);
  // Above three seconds, so that the bell shows what it shows of a lost connection.
  await page.clock.runFor(3_500);
  // Beside the bell, without the empty part of the page.
  const { width } = page.viewportSize()!;
  const png = await page.screenshot({
    caret: 'hide',
    clip: { x: width - 420, y: 0, width: 420, height: options.height ?? 600 },
  });
  await context.close();
  await writeFile(join(ALL, `${name}-${theme}.png`), png);
  return { name, caption, png };
}

/** Several shots side by side with a caption each, as one image. */
async function sheet(browser: Browser, file: string, { columns = 3, scale = 1 }, shots: Shot[]): Promise<void> {
  const figures = shots.map(
    ({ caption, png }) =>
      `<figure><img src="data:image/png;base64,${png.toString('base64')}"><figcaption>${caption}</figcaption></figure>`,
  );
  const context = await browser.newContext({
    viewport: { width: columns * 444 + 24, height: 400 },
    deviceScaleFactor: scale,
  });
  const page = await context.newPage();
  await page.setContent(`<style>
    body { margin: 0; padding: 24px; display: grid; grid-template-columns: repeat(${columns}, 420px); gap: 24px;
      background: #e3e8e6; font: 13px/18px system-ui, sans-serif; color: #4c5955 }
    figure { margin: 0; display: grid; gap: 8px; justify-items: center }
    img { width: 420px; border-radius: 12px }
  </style>${figures.join('')}`);
  await saveImage(browser, join(IMAGES, file), await page.screenshot({ fullPage: true }));
  await context.close();
}

await Promise.all([ALL, IMAGES].map((folder) => mkdir(folder, { recursive: true })));
const browser = await openBrowser();
const critical = {
  of: 2,
  priority: 'critical',
  title: 'Margin call: deposit 1,200.00 by 16:00',
  message: 'Positions are closed automatically after that time.',
};
const toasts = (page: Page) => emit(page, [{ of: 3 }, { of: 1 }, { of: 0 }, { of: 4 }, { of: 5 }]);
const shot = (options: ShotOptions) => shoot(browser, options);
const inState = (name: string, caption: string, theme: Theme) => shot({ name, caption, theme, state: STATES[name]! });

await sheet(browser, 'bell.webp', { scale: 1.25 }, [
  await shot({ name: 'panel', caption: 'The panel', theme: 'light' }),
  await shot({ name: 'offline', caption: 'Dark, while the connection is down', theme: 'dark', state: STATES.offline! }),
  await shot({ name: 'phone', caption: 'On a phone: a sheet', theme: 'light', context: SHEET }),
]);
await sheet(browser, 'bell-toasts.webp', { columns: 2, scale: 1.25 }, [
  await shot({
    name: 'toasts',
    caption: 'Three at most, the rest is counted',
    theme: 'light',
    act: toasts,
    height: 330,
  }),
  await shot({
    name: 'critical',
    caption: 'Critical: stays until someone acts',
    theme: 'dark',
    height: 330,
    act: (page) => emit(page, [{ of: 5 }, critical]),
  }),
]);
const removeFirst = async (page: Page) => {
  await openPanel(page);
  await page.locator('.item').nth(1).hover();
  await page.locator('.remove').nth(1).click();
  await page.clock.runFor(600);
};
const settings = async (page: Page) => {
  await openPanel(page);
  await page.getByRole('button', { name: 'Notification settings' }).click();
};
await sheet(browser, 'bell-states.webp', { columns: 4 }, [
  await inState('loading', 'Loading', 'light'),
  await inState('empty', 'Empty', 'light'),
  await inState('error', 'Not loaded', 'light'),
  await inState('signed-out', 'Signed out', 'light'),
  await shot({ name: 'removed', caption: 'Removed, with Undo', theme: 'light', act: removeFirst }),
  await shot({ name: 'settings', caption: 'Settings', theme: 'light', act: settings }),
  await inState('polling', 'Polling', 'dark'),
  await shot({ name: 'forced-colors', caption: 'Forced colours', theme: 'dark', forcedColors: 'active' }),
]);
for (const theme of ['light', 'dark'] as const) {
  for (const name of Object.keys(STATES)) await inState(name, name, theme);
  for (const lang of ['nl', 'de', 'fr', 'es'])
    await shot({ name: `panel-${lang}`, caption: lang, theme, lang, context: SHEET });
  await shot({ name: 'phone', caption: 'Phone', theme, context: SHEET });
  await shot({ name: 'bell', caption: 'Bell', theme, act: async () => {} });
}
console.log(`${SAMPLES.length} notifications in every state: ${ALL}, docs/images/`);
await browser.close();
