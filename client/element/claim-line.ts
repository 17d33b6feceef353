// Who has claimed a notification, and the button that claims it or gives it back.
import { html } from 'lit/html.js';
import type { Notification } from '../core/notifications-client.ts';
import type { BellView } from './view.ts';

/** Undefined where nobody has it, or no longer. */
function holderOf({ claim }: Notification, nowMs: number) {
  const { holder } = claim ?? {};
  return holder && Date.parse(holder.expires_at) > nowMs ? holder : undefined;
}

export function claimLine(notification: Notification, { say, act, nowMs }: BellView, tabIndex: number) {
  const { claim, user_id: userId, title } = notification;
  if (!claim) return '';
  const holder = holderOf(notification, nowMs);
  const isMine = holder?.user_id === userId;
  return html`<p part="claim">
    ${holder && (isMine ? say('claimedByYou') : say('claimedBy', 1, holder.user_id))}
    ${
      (!holder || isMine) &&
      html`<button
        class="text claim"
        tabindex=${tabIndex}
        aria-label=${say(isMine ? 'releaseIt' : 'claimIt', 1, title)}
        @click=${() => act.toggleClaim(notification, isMine)}
      >
        ${say(isMine ? 'release' : 'claim')}
      </button>`
    }
  </p>`;
}
