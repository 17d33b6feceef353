// New notifications in the corner of the page.

import { repeat } from 'lit/directives/repeat.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Notification } from '../core/notifications-client.ts';
import { icon } from './icons.ts';
import { disc, title } from './title.ts';
import type { BellView } from './view.ts';

/** A popover, so that nothing of the page covers it; inside a sheet, because everything outside it is inert then. */
export function toastStack(view: BellView): TemplateResult {
  const { toasts, say, act, isSheet } = view;
  const pause = (event: Event) => {
    const stack = event.currentTarget as HTMLElement;
    act.pauseToasts(event.type === 'focusin' || stack.matches(':hover'));
  };
  return html`<div
    class="toasts"
    role="region"
    aria-label=${say('newOnes')}
    popover=${isSheet ? nothing : 'manual'}
    @pointerenter=${pause}
    @pointerleave=${pause}
    @focusin=${pause}
    @focusout=${pause}
  >
    ${repeat(
      toasts,
      ({ id }) => id,
      (notification, index) => toast(notification, index === toasts.length - 1, view),
    )}
  </div>`;
}

function toast(notification: Notification, isLast: boolean, view: BellView): TemplateResult {
  const { say, act, moreToasts } = view;
  const { id, message, title: name } = notification;
  const more = isLast && moreToasts > 0 ? say('moreArrived', moreToasts) : '';
  const text = html`${message && html`<p part="message"><bdi>${message}</bdi></p>`}${more && html`<p>${more}</p>`}`;
  if (notification.priority !== 'critical') {
    return html`<div class="toast" part="toast">
      ${disc(notification, view)}
      <div>${title(notification, view)}${text}</div>
      <button class="tool" aria-label=${say('closeToast', 1, name)} @click=${() => act.dismissToast(id)}>
        ${icon('cross')}
      </button>
    </div>`;
  }
  const open = () => {
    if (act.activate(notification)) location.assign(act.linkOf(notification)!);
  };
  return html`<div class="toast critical" part="toast" role="alert">
    ${disc(notification, view)}
    <div>
      <span class="level">${say('critical')}</span>
      <strong part="title"><bdi>${name}</bdi></strong>${text}
      <div class="row">
        ${
          act.linkOf(notification) === undefined
            ? ''
            : html`<button class="main" @click=${open}>${say('open')}</button>`
        }
        <button class="plain" @click=${() => act.dismissToast(id)}>${say('dismiss')}</button>
      </div>
    </div>
  </div>`;
}
