// The settings in the panel: sound, the operating system's notifications, and push while the page is closed.
import { html, type TemplateResult } from 'lit/html.js';
import type { WebPushOptions } from '../web-push/web-push.ts';
import { askPermission, desktopPermission } from './desktop-notification.ts';
import type { Say } from './language.ts';
import { type BellSettings, writeSettings } from './settings.ts';
import { webPushSwitch } from './web-push-switch.ts';

export function settingsView(
  given: BellSettings,
  say: Say,
  webPush: WebPushOptions | undefined,
  onChange: (settings: BellSettings) => void,
): TemplateResult {
  const { sound = false, desktop = false } = given;
  const permission = desktopPermission();
  const save = (settings: BellSettings) => {
    writeSettings(settings);
    onChange(settings);
  };
  // The browser asks here, in answer to a click, and nowhere else.
  const toggleDesktop = async (box: HTMLInputElement) => {
    const isWanted = box.checked && (await askPermission());
    box.checked = isWanted;
    save({ ...given, desktop: isWanted });
  };
  return html`<div class="scroll">
    <label class="set">
      <span>${say('sound')}</span>
      <input
        type="checkbox"
        role="switch"
        .checked=${sound}
        @change=${({ target }: Event) => save({ ...given, sound: (target as HTMLInputElement).checked })}
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
    ${webPushSwitch(webPush, given, say, save)}
  </div>`;
}
