// What the user chose in the bell's settings, kept in this browser.

export interface BellSettings {
  sound?: boolean;
  desktop?: boolean;
  /** Push while the page is closed. */
  webPush?: boolean;
  /** It could not be switched on just now; not kept. */
  hasFailed?: boolean;
}

const KEY = 'carillon:bell';

export function readSettings(): BellSettings {
  try {
    return { ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
  } catch {
    // Storage is blocked or holds something else: the defaults apply.
    return {};
  }
}

export function writeSettings({ hasFailed: _, ...settings }: BellSettings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Blocked or full: the choice lasts as long as the page.
  }
}
