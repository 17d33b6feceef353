// The bell's settings, kept in this browser, and the view that changes them.
import { html, type TemplateResult } from 'lit/html.js';
import { askPermission, desktopPermission } from './desktop-notification.ts';
import type { Say } from './language.ts';

export interface BellSettings {
  sound?: boolean;
  desktop?: boolean;
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

function writeSettings(settings: BellSettings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Blocked or full: the choice lasts as long as the page.
  }
}

export function settingsView(
  { sound = false, desktop = false }: BellSettings,
  say: Say,
  onChange: (settings: BellSettings) => void,
): TemplateResult {
  const permission = desktopPermission();
  const save = (settings: BellSettings) => {
    writeSettings(settings);
    onChange(settings);
  };
  // The browser asks here, in answer to a click, and nowhere else.
  const toggleDesktop = async (box: HTMLInputElement) => {
    const isWanted = box.checked && (await askPermission());
    box.checked = isWanted;
    save({ sound, desktop: isWanted });
  };
  return html`<div class="scroll">
    <label class="set">
      <span>${say('sound')}</span>
      <input
        type="checkbox"
        role="switch"
        .checked=${sound}
        @change=${({ target }: Event) => save({ sound: (target as HTMLInputElement).checked, desktop })}
      />
    </label>
    ${
      permission === 'unavailable'
        ? ''
        : html`<label class="set">
            <span>${say('desktop')}<small>${say(permission === 'denied' ? 'blocked' : 'desktopText')}</small></span>
            <input
              type="checkbox"
              role="switch"
              .checked=${desktop && permission === 'granted'}
              ?disabled=${permission === 'denied'}
              @change=${({ target }: Event) => toggleDesktop(target as HTMLInputElement)}
            />
          </label>`
    }
  </div>`;
}
