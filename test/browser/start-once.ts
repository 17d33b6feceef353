// Synthesizes the app and starts one Chromium before the first file, for all of them.
import { chromium } from 'playwright-core';
import synthesizeOnce from '../support/synthesize-once.ts';
import { CHROMIUM, CHROMIUM_ARGS, hasChromium } from './chromium.ts';

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!hasChromium) return undefined;
  const [browser] = await Promise.all([
    chromium.launchServer({ executablePath: CHROMIUM, args: CHROMIUM_ARGS }),
    synthesizeOnce(),
  ]);
  // The workers inherit it. Each file starts a runtime of its own, whose clock it may move.
  process.env.CHROMIUM_ENDPOINT = browser.wsEndpoint();
  return () => browser.close();
}
