// npm run screenshots, second half: every page of the console into .carillon/screenshots/, and the images of the
// documents into docs/images/. With --images only those.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { stackUnderTest } from '../../support/stack-under-test.ts';
import { CHROMIUM, CHROMIUM_ARGS } from '../chromium.ts';
import { saveImage } from '../save-image.ts';
import { setScene } from './console-scene.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const IMAGES = join(ROOT, 'docs/images');
const ALL = join(ROOT, '.carillon/screenshots');
const PAGES = ['users', 'phones', 'scheduled', 'queues', 'data', 'faults', 'logs', 'notifications', 'more'];

await Promise.all([ALL, IMAGES].map((folder) => mkdir(folder, { recursive: true })));
const stack = await stackUnderTest();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });

async function shoot(
  path: string,
  hash: string,
  { width = 1440, height = 860, colorScheme = 'light' as 'light' | 'dark' } = {},
  act: (page: Page) => Promise<unknown> = async () => undefined,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  await page.goto(`${stack.outputs.http_url}/${hash}`);
  await page.getByText('Connected', { exact: true }).first().waitFor({ state: 'attached' });
  await act(page);
  await page.locator('main section').first().waitFor();
  // Rows and details come by themselves; a frame later they are drawn.
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 700))');
  if (path.endsWith('.webp')) await saveImage(browser, path, await page.screenshot());
  else await page.screenshot({ path });
  await page.close();
}

const openSend = async (page: Page) => {
  await page.keyboard.press('s');
  await page.getByLabel('Template').selectOption('trade.created');
  await page.locator('#send-payload').fill('{\n  "orderId": 90071992547409931,\n  "url": "/trades/7731"\n}');
};
const bothThemes = async (name: string, hash: string, act?: (page: Page) => Promise<unknown>) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await shoot(join(ALL, `console-${name}-${colorScheme}.png`), hash, { colorScheme }, act);
    const narrow = { colorScheme, width: 390, height: 844 };
    await shoot(join(ALL, `console-${name}-narrow-${colorScheme}.png`), hash, narrow, act);
  }
};
const areAllWanted = !process.argv.includes('--images');
if (areAllWanted) await bothThemes('empty', '');
const scene = await setScene(stack);
await shoot(join(IMAGES, 'console-live.webp'), `#/live/${scene.retried}`);
await shoot(join(IMAGES, 'console-send.webp'), `#/live/${scene.pushed}`, { colorScheme: 'dark' }, openSend);
await shoot(join(IMAGES, 'console-phones.webp'), '#/phones');
if (areAllWanted) {
  for (const name of ['retried', 'pushed', 'failed', 'rejected'] as const)
    await bothThemes(name, `#/live/${scene[name]}`);
  for (const name of PAGES) await bothThemes(name, `#/${name}`);
}
console.log(`The console: ${ALL}, docs/images/`);
await browser.close();
await stack.close();
