// Starts one local runtime and one Chromium before the first file, for all of them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startTarget } from '../support/target.ts';
import { CHROMIUM, CHROMIUM_ARGS, hasChromium } from './chromium.ts';

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!hasChromium) return undefined;
  const [target, browser, folder] = await Promise.all([
    startTarget(),
    chromium.launchServer({ executablePath: CHROMIUM, args: CHROMIUM_ARGS }),
    mkdtemp(join(tmpdir(), 'carillon-browser-')),
  ]);
  const outputs = join(folder, 'outputs.json');
  await writeFile(outputs, JSON.stringify(target.outputs));
  // The workers inherit them. Each file begins with an empty table.
  process.env.E2E_TARGET = outputs;
  process.env.CHROMIUM_ENDPOINT = browser.wsEndpoint();
  return async () => {
    await browser.close();
    await target.close();
    await rm(folder, { recursive: true });
  };
}
