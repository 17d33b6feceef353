// The switch for push while the page is closed. What it needs is loaded when it is used.
import { html, type TemplateResult } from 'lit/html.js';
import type { NotificationsOptions } from '../core/notifications-client.ts';
import type { WebPushOptions } from '../web-push/web-push.ts';
import { askPermission, desktopPermission } from './desktop-notification.ts';
import type { Say } from './language.ts';
import { type BellSettings, readSettings, writeSettings } from './settings.ts';

/** The same word in every language of the bell. */
const NAME = 'Push';

const load = () => import('../web-push/web-push.ts');

/** The properties of the element that it takes. */
export interface WebPushElement {
  apiUrl?: string;
  orgId?: string;
  userId?: string;
  getToken?: WebPushOptions['getToken'];
  serviceWorker?: string;
  options?: Partial<NotificationsOptions>;
}

/** Undefined: the page offers no push while it is closed. */
export function webPushOf(element: WebPushElement): WebPushOptions | undefined {
  const { apiUrl, serviceWorker, getToken, userId, orgId, options } = element;
  if (apiUrl === undefined || serviceWorker === undefined) return undefined;
  return { ...options, apiUrl, serviceWorker, getToken, userId, ...(orgId && { orgId }) };
}

/** Whether the browser can: then the switch is shown. */
const isAvailable = () =>
  desktopPermission() !== 'unavailable' && 'PushManager' in globalThis && 'serviceWorker' in navigator;

export function webPushSwitch(
  options: WebPushOptions | undefined,
  settings: BellSettings,
  say: Say,
  save: (settings: BellSettings) => void,
): TemplateResult | '' {
  if (!options || !isAvailable()) return '';
  const { webPush = false, hasFailed = false } = settings;
  const permission = desktopPermission();
  const isBlocked = permission === 'denied';
  const toggle = async (box: HTMLInputElement) => {
    const isWanted = box.checked;
    // First of all: the browser asks only as long as it remembers the click.
    const mayPush = !isWanted || (await askPermission());
    let isOn = false;
    let failed = false;
    try {
      if (mayPush) {
        const { enableWebPush, disableWebPush } = await load();
        if (isWanted) isOn = (await enableWebPush(options)) === 'on';
        else await disableWebPush(options);
      }
    } catch {
      // No network, or a deployment without web push: the switch says so and goes back.
      failed = isWanted;
    }
    box.checked = isOn;
    save({ ...settings, webPush: isOn, hasFailed: failed });
  };
  const text = hasFailed ? 'tryAgain' : 'blocked';
  return html`<label class="set">
    <span>${NAME}${hasFailed || isBlocked ? html`<small>${say(text)}</small>` : ''}</span>
    <input
      type="checkbox"
      role="switch"
      .checked=${webPush && permission === 'granted'}
      ?disabled=${isBlocked}
      @change=${({ target }: Event) => toggle(target as HTMLInputElement)}
    />
  </label>`;
}

/** At the start of a page where it is switched on. A failure waits for the next page. */
export async function renewPush(element: WebPushElement): Promise<void> {
  const options = webPushOf(element);
  if (!options || !isAvailable() || !readSettings().webPush) return;
  await load()
    .then(
      async ({ renewWebPush }) => {
        if ((await renewWebPush(options)) === 'off') writeSettings({ ...readSettings(), webPush: false });
      },
      () => undefined,
    )
    .catch(() => undefined);
}
