// A digest in the list: how many requests it groups, and the newest of them.
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Notification } from '../core/notifications-client.ts';
import { safeUrl } from '../core/safe-url.ts';
import type { BellView } from './view.ts';

/** Our choice: more would make one row as high as the panel. */
const LINES_MAX = 3;

interface Line {
  title: string;
  url?: unknown;
}

/** Undefined for other notifications: any producer's payload may have a `digest` of its own. */
export function digestOf({ payload }: Pick<Notification, 'payload'>): { count: number; lines: Line[] } | undefined {
  const { count, items } = (payload.digest ?? {}) as { count?: unknown; items?: unknown };
  if (typeof count !== 'number' || !Array.isArray(items)) return undefined;
  return { count, lines: items.filter((item) => typeof item?.title === 'string').slice(0, LINES_MAX) };
}

export function digestCount(notification: Notification): TemplateResult | '' {
  const { count = 0 } = digestOf(notification) ?? {};
  return count > 1 ? html` <span class="count" part="count">${count}</span>` : '';
}

/** One alone is the notification's own text. */
export function digestLines(notification: Notification, { act }: BellView, tabIndex: number): TemplateResult | '' {
  const { count = 0, lines = [] } = digestOf(notification) ?? {};
  if (count < 2) return '';
  const left = count - lines.length;
  return html`<ul class="digest" part="digest">
    ${lines.map(({ title, url }) => {
      const link = safeUrl(url);
      const text = html`<bdi>${title}</bdi>`;
      return html`<li>
        ${link ? html`<a href=${link} tabindex=${tabIndex} rel="noopener" @click=${() => act.opened(notification)}>${text}</a>` : text}
      </li>`;
    })}
    ${left > 0 ? html`<li>+${left}</li>` : nothing}
  </ul>`;
}
