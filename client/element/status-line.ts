// The connection in words, with the way out where there is one.
import { html, type TemplateResult } from 'lit/html.js';
import type { ConnectionReason } from '../core/notifications-client.ts';
import { failureWords } from './failure-words.ts';
import { icon } from './icons.ts';
import type { BellView } from './view.ts';
import type { Words } from './words/en.ts';

/** Our choice: failed attempts after which the words are those of polling. */
const POLLS_AFTER = 4;

/** Whether trying again can help. */
export function canRetry({ connection: { status } }: BellView['state']): boolean {
  return status === 'polling' || status === 'offline';
}

/** The advice to the user, where signing in helps: a page that is not allowed to connect stays so. */
export function signedOutWords(reason: ConnectionReason | null): [keyof Words, keyof Words] | [keyof Words] {
  return reason === 'forbidden' ? ['stopped'] : ['signedOut', 'signIn'];
}

export function statusLine(view: BellView): TemplateResult {
  const { state, say, act, failure } = view;
  const failed = failure && failureWords(failure);
  if (failed) {
    return html`<span class="state bad" role="status">${say(failed)}</span>
      <button class="text" @click=${act.tryAgain}>${say('tryAgain')}</button>`;
  }
  const { status } = state.connection;
  const isOn = status === 'online';
  // The arrow promises another try.
  const glyph = icon(isOn ? 'dot' : status === 'unauthorized' ? 'person' : 'retry', isOn ? 'on' : 'off');
  return html`${glyph}<span class="state" part="status">${words(view)}</span>
    ${canRetry(state) ? html`<button class="text" @click=${act.retryNow}>${say('retry')}</button>` : ''}`;
}

function words({ state, say, nowMs }: BellView): unknown {
  const { status, reason, attempt, nextRetryAt } = state.connection;
  if (status === 'online') return say('connected');
  if (status === 'connecting') return say(state.loading ? 'loading' : 'connecting');
  if (status === 'unauthorized') {
    const [what, then] = signedOutWords(reason);
    return html`<b>${say(what)}</b> ${then && say(then)}`;
  }
  if (status !== 'polling' && status !== 'offline') return say('stopped');
  const seconds = nextRetryAt === null ? 0 : Math.ceil((nextRetryAt - nowMs) / 1000);
  // After a few failures it is the network that lets no socket through: what matters then is the list, not the next
  // try.
  const isSettled = status === 'polling' && (attempt > POLLS_AFTER || seconds <= 0);
  const next = isSettled ? say('polling') : seconds > 0 ? say('tryingIn', seconds) : say('connecting');
  return html`<b>${say('offline')}</b> ${next}`;
}
