// Chromium for the console's tests and screenshots.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's; name another with CHROMIUM. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

export function hasChromium(): boolean {
  const isThere = existsSync(CHROMIUM);
  if (!isThere && process.env.CI)
    throw new Error(`This needs Chromium at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM.`);
  return isThere;
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
