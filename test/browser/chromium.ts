// The browser of these tests: Debian's Chromium; CHROMIUM names another.
import { existsSync } from 'node:fs';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  // A page that a test hands to the browser comes from no address, and would not be let through to 127.0.0.1.
  '--disable-features=LocalNetworkAccessChecks',
];

if (!hasChromium && process.env.CI)
  throw new Error(`This needs Chromium at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM.`);
