// One notification as a row of the list, and what is left of a removed one.
import { html, type TemplateResult } from 'lit/html.js';
import type { Notification } from '../core/notifications-client.ts';
import { claimLine } from './claim-line.ts';
import { digestCount, digestLines } from './digest-lines.ts';
import { icon } from './icons.ts';
import { relativeTime } from './relative-time.ts';
import type { Removal } from './removals.ts';
import { snoozeTimes } from './snooze-times.ts';
import { disc, title } from './title.ts';
import type { BellView } from './view.ts';

export function item(notification: Notification, view: BellView): TemplateResult {
  const { say, act } = view;
  const { id, is_read: isRead, title: name, message, created_at: createdAt } = notification;
  const time = relativeTime(createdAt, view.nowMs, view.lang);
  const tabIndex = id === view.activeId ? 0 : -1;
  const after = isRead ? '' : html`<span class="vh">, ${say('isUnread')}</span>`;
  return html`<li part="item" class=${isRead ? 'item' : 'item unread'} data-id=${id}>
    ${disc(notification, view)}
    <div class="what">
      ${title(notification, view, { after: html`${digestCount(notification)}${after}`, tabIndex })}
      ${message && html`<p part="message"><bdi>${message}</bdi></p>`}
      ${digestLines(notification, view, tabIndex)} ${claimLine(notification, view, tabIndex)}
      <time part="time" datetime=${createdAt} title=${time.full}>${time.short}</time>
    </div>
    <div class="acts">
      <button
        class="marker"
        part="marker"
        tabindex=${tabIndex}
        aria-label=${say(isRead ? 'markUnread' : 'markRead', 1, name)}
        @click=${() => act.toggleRead(notification)}
      ></button>
      ${snoozeMenu(notification, view, tabIndex)}
      <button
        class="tool remove"
        part="remove"
        tabindex=${tabIndex}
        aria-label=${say('remove', 1, name)}
        @click=${() => act.remove(notification)}
      >
        ${icon('cross')}
      </button>
    </div>
  </li>`;
}

/** A native menu: it opens above everything, in the reader's own way, by keyboard and by touch. */
function snoozeMenu(notification: Notification, { say, act, nowMs }: BellView, tabIndex: number): TemplateResult {
  const times = snoozeTimes(nowMs);
  const choose = ({ target }: Event) => {
    const menu = target as HTMLSelectElement;
    const { at } = times[menu.selectedIndex - 1]!;
    menu.selectedIndex = 0;
    act.snooze(notification, at);
  };
  return html`<span class="tool snooze" part="snooze"
    >${icon('clock')}<select
      tabindex=${tabIndex}
      aria-label=${say('snooze', 1, notification.title)}
      @change=${choose}
      @keydown=${(event: Event) => event.stopPropagation()}
    >
      <option hidden></option>
      ${times.map(({ word }) => html`<option>${say(word)}</option>`)}
    </select></span
  >`;
}

/** A removed notification's place, with "Undo" for as long as that is possible. */
export function goneItem(id: string, removal: Removal | undefined, view: BellView): TemplateResult {
  const { say } = view;
  const words =
    removal === undefined || removal.notification
      ? say(removal?.isSnoozed ? 'snoozed' : 'removed')
      : removal.count
        ? say('cleared', removal.count)
        : say('allCleared');
  return html`<li class="gone" data-id=${id} .style=${`min-height:${removal?.heightPx ?? 66}px`}>
    <span>${words}</span>
    ${
      removal &&
      html`<button class="text undo" tabindex=${id === view.activeId ? 0 : -1} @click=${removal.undo}>
        ${say('undo', Math.max(1, Math.ceil((removal.dueMs - view.nowMs) / 1000)))}
      </button>`
    }
  </li>`;
}
