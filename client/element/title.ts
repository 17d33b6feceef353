// What a row and a toast have in common: the disc of the type, and the title that is the link.
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Notification } from '../core/notifications-client.ts';
import { icon } from './icons.ts';
import { colorOf, lookOf } from './type-looks.ts';
import type { BellView } from './view.ts';

export function disc({ notification_type: type, priority }: Notification, { types }: BellView): TemplateResult {
  const look = priority === 'critical' ? { icon: 'alert', color: 'red' } : lookOf(type, types);
  // As a property: a page's content security policy may forbid style attributes.
  return html`<span class="disc" part="icon" .style=${`--c:${colorOf(look)}`}>${icon(look.icon)}</span>`;
}

/** The title is the link, or a button where there is none. It fills the row or toast around it. */
export function title(
  notification: Notification,
  { act }: BellView,
  extra: { after?: unknown; tabIndex?: number } = {},
): TemplateResult {
  const link = act.linkOf(notification);
  const content = html`<bdi>${notification.title}</bdi>${extra.after}`;
  const tabindex = extra.tabIndex ?? nothing;
  const onClick = (event: Event) => {
    if (!act.activate(notification)) event.preventDefault();
  };
  return link === undefined
    ? html`<button class="title" part="title" tabindex=${tabindex} @click=${onClick}>${content}</button>`
    : html`<a class="title" part="title" tabindex=${tabindex} href=${link} rel="noopener" @click=${onClick}>${content}</a>`;
}
