// The panel: header, tabs, the list or what there is to say instead, and the status line.

import { repeat } from 'lit/directives/repeat.js';
import { html, type TemplateResult } from 'lit/html.js';
import { icon } from './icons.ts';
import { goneItem, item } from './item.ts';
import type { Tab } from './rows.ts';
import { settingsView } from './settings-view.ts';
import { canRetry, signedOutWords, statusLine } from './status-line.ts';
import type { BellView } from './view.ts';
import { webPushOf } from './web-push-switch.ts';

const SKELETONS = [0, 1, 2, 3];

export function panel(view: BellView): TemplateResult {
  const { state, say, act, isInSettings } = view;
  return html`<div class="panel">
    <div class="head" part="header">
      <h2 id="heading">${say('notifications')}</h2>
      <button class="text" ?disabled=${state.unreadCount === 0} @click=${act.markAllRead}>${say('markAll')}</button>
      <button class="tool" aria-label=${say('settings')} aria-expanded=${isInSettings} @click=${act.showSettings}>
        ${icon('sliders')}
      </button>
      ${
        view.isSheet
          ? html`<button class="tool" aria-label=${say('close')} @click=${act.close}>${icon('cross')}</button>`
          : ''
      }
    </div>
    <div class="tabs" part="tabs" role="tablist" aria-label=${say('show')}>
      ${tab('all', view)}${tab('unread', view)}
    </div>
    ${
      isInSettings
        ? settingsView(view.settings, say, webPushOf(view.element), act.changeSettings)
        : html`<div class="body" id="list" role="tabpanel" aria-labelledby=${`tab-${view.tab}`}>${body(view)}</div>`
    }
    <div class="foot" part="footer">
      ${statusLine(view)}
      ${
        state.notifications.length > 0 && !canRetry(state) && !view.failure
          ? html`<button class="text" @click=${act.clearAll}>${say('clearAll')}</button>`
          : ''
      }
    </div>
  </div>`;
}

function tab(name: Tab, { tab: current, isInSettings, state, say, act }: BellView): TemplateResult {
  const isCurrent = name === current && !isInSettings;
  const count = state.unreadCount > 99 ? '99+' : state.unreadCount;
  return html`<button
    role="tab"
    id=${`tab-${name}`}
    aria-selected=${isCurrent}
    aria-controls="list"
    tabindex=${name === current ? 0 : -1}
    @click=${() => act.show(name)}
  >
    ${say(name)}${name === 'unread' ? html`<span>${count}</span>` : ''}
  </button>`;
}

function body(view: BellView): TemplateResult {
  const { state, rows, above, say, act } = view;
  const cleared = view.removals.filter(({ notification }) => notification === undefined);
  const removalOf = (id: string) => view.removals.find(({ notification }) => notification?.id === id);
  if (rows.length + cleared.length === 0 && !(state.hasMore && state.unreadCount > 0)) return insteadOfRows(view);
  return html`<div
      class="scroll"
      @scroll=${holdOrLetGo}
      @pointerenter=${holdOrLetGo}
      @pointerleave=${holdOrLetGo}
    >
      <ul part="list">
        ${cleared.map((removal, index) => goneItem(`cleared-${index}`, removal, view))}
        ${repeat(
          rows,
          ({ notification }) => notification.id,
          ({ notification, isGone }) =>
            isGone ? goneItem(notification.id, removalOf(notification.id), view) : item(notification, view),
        )}
      </ul>
      ${
        state.hasMore
          ? html`<div class="older">
              <button class="text" ?disabled=${state.loading} @click=${act.loadMore}>${say('loadMore')}</button>
            </div>`
          : ''
      }
    </div>
    ${above > 0 ? html`<button class="above" @click=${act.releaseAbove}>${say('newAbove', above)}</button>` : ''}`;

  /** Nothing moves while the pointer is on the list or it is scrolled. A finger has no pointer that stays. */
  function holdOrLetGo(event: Event): void {
    const list = event.currentTarget as HTMLElement;
    act.hold(list.scrollTop > 0 || (list.matches(':hover') && matchMedia('(hover: hover)').matches));
  }
}

function insteadOfRows({ state, tab, say, act }: BellView): TemplateResult {
  if (state.error && tab === 'all') {
    return html`<div class="says">
      ${icon('alert', 'wrong')}
      <h3>${say('errorTitle')}</h3>
      <p>${say('errorText')}</p>
      ${canRetry(state) ? html`<button class="main" @click=${act.retryNow}>${say('retry')}</button>` : ''}
    </div>`;
  }
  if (state.loading) {
    return html`<div aria-busy="true">
      <span class="vh">${say('loading')}</span>
      ${SKELETONS.map(() => html`<div class="skeleton"><i></i><i></i><i></i></div>`)}
    </div>`;
  }
  if (state.connection.status === 'unauthorized') {
    const words = signedOutWords(state.connection.reason);
    return html`<div class="says">${icon('person')}<h3>${say(words[0])}</h3>${words[1] && html`<p>${say(words[1])}</p>`}</div>`;
  }
  const hasNone = tab === 'all';
  return html`<div class="says">
    ${icon(hasNone ? 'bell' : 'check')}
    <h3>${say(hasNone ? 'emptyTitle' : 'allRead')}</h3>
    ${hasNone ? html`<p>${say('emptyText')}</p>` : ''}
  </div>`;
}
