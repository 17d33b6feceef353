// What floats above the page: the panel and the toasts. Loaded once the bell is drawn, so that a page waits for
// neither.
import { html, type TemplateResult } from 'lit/html.js';
import type { BellModel } from './bell-model.ts';
import { itemStyles } from './item-styles.ts';
import { panelKey } from './keyboard.ts';
import { panel } from './panel.ts';
import { panelStyles } from './panel-styles.ts';
import { idOfRow } from './row-focus.ts';
import { toastStyles } from './toast-styles.ts';
import { toastStack } from './toasts.ts';
import type { BellView } from './view.ts';
import { renewPush } from './web-push-switch.ts';
import { withdraw } from './withdraw.ts';

/** Elements whose subscription was looked at: once a page, and not before the bell is drawn. */
const renewed = new WeakSet<object>();

export const css = panelStyles + itemStyles + toastStyles;

export function surfaces(view: BellView, model: BellModel, handle: (event: Event) => void): TemplateResult {
  if (!renewed.has(view.element)) {
    renewed.add(view.element);
    void renewPush(view.element);
  }
  withdraw(view);
  const toasts = html`${toastStack(view)}<span class="vh" role="status">${model.spoken}</span>`;
  return html`<dialog
      id="panel"
      part="panel"
      popover="auto"
      aria-labelledby="heading"
      @beforetoggle=${handle}
      @toggle=${handle}
      @close=${handle}
      @click=${handle}
      @focusin=${({ target }: Event) => model.focused(idOfRow(target))}
      @keydown=${(event: KeyboardEvent) => panelKey(event, view, model.undoLast)}
    >
      ${view.isOpen ? panel(view) : ''}${view.isSheet ? toasts : ''}
    </dialog>
    ${view.isSheet ? '' : toasts}`;
}
