// The bell itself, its badge and the sign that it is offline.
import { html, type TemplateResult } from 'lit/html.js';
import { BELL, glyph, RETRY } from './glyph.ts';
import type { BellView } from './view.ts';

const BADGE_MAX = 99;

export function bellButton({ state, say, isLost, isOpen, act, countsUnread }: BellView): TemplateResult {
  // A page's own client may not know what was seen.
  const { unreadCount: unread, unseenCount: unseen = unread } = state;
  const count = countsUnread ? unread : isOpen ? 0 : unseen;
  const isMany = count > BADGE_MAX;
  const unreadName =
    unread > BADGE_MAX ? say('manyUnread') : unread > 0 ? say('someUnread', unread) : say('noneUnread');
  const name = unseen > 0 && unseen < unread ? `${unreadName}, ${say('newAbove', unseen)}` : unreadName;
  return html`<button
    class="bell"
    part="button"
    popovertarget="panel"
    aria-haspopup="dialog"
    aria-expanded=${isOpen}
    aria-label=${isLost ? `${name}, ${say('isOffline')}` : name}
    @click=${act.toggle}
  >
    ${glyph(BELL)}${count > 0 ? html`<span class="badge" part="badge">${isMany ? '99+' : count}</span>` : ''}${
      isLost ? glyph(RETRY, 'lost') : ''
    }
  </button>`;
}

/** Until there is a client, in the same place. */
export function restingBell(): TemplateResult {
  return html`<button class="bell" part="button" disabled>${glyph(BELL)}</button>`;
}
