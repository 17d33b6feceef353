// The settings in the panel: sound, and the operating system's notifications.
import { html, type TemplateResult } from 'lit/html.js';
import { askPermission, desktopPermission } from './desktop-notification.ts';
import type { Say } from './language.ts';
import { type BellSettings, writeSettings } from './settings.ts';

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
