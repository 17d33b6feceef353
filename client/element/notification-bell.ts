// <notification-bell>: the element. It makes the client, or is given one, and draws what its model says.
import { html, render, type TemplateResult } from 'lit/html.js';
import { createNotifications } from '../core/create-notifications.ts';
import type { Notification, NotificationsClient, NotificationsOptions } from '../core/notifications-client.ts';
import { baseStyles } from './base-styles.ts';
import { bellButton, restingBell } from './bell-button.ts';
import { type BellHost, type BellModel, bellModel } from './bell-model.ts';
import { addProperties, adoptProperties } from './element-properties.ts';
import { type Popup, popup } from './popup.ts';
import { idOfRow, rowControls } from './row-focus.ts';
import type { TypeLook } from './type-looks.ts';
import type { BellView } from './view.ts';

const SECOND_MS = 1_000;
/** Our choice: "5m ago" is then at most half a minute late. */
const TIMES_EVERY_MS = 30_000;
/** A change of one of these means another client. */
const OF_CLIENT = ['client', 'apiUrl', 'userId', 'orgId', 'getToken', 'getTicket', 'options'];
const OF_LOOKS = ['toasts', 'badge', 'sound', 'icon', 'serviceWorker', 'types', 'linkOf'];
const ATTRIBUTES: Record<string, string> = {
  'api-url': 'apiUrl',
  'user-id': 'userId',
  'org-id': 'orgId',
  toasts: 'toasts',
  badge: 'badge',
  sound: 'sound',
  icon: 'icon',
  'service-worker': 'serviceWorker',
};

/** On a server there are no elements, but the module is imported there as well. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

export class NotificationBell extends Base {
  static observedAttributes = Object.keys(ATTRIBUTES);

  /** The stack's `HttpUrl`, or the path of a proxy before it. The element makes a client of its own with it. */
  declare apiUrl?: string;
  declare userId?: string;
  /** The organisation whose inbox it shows; another value is another client. */
  declare orgId?: string;
  declare getToken?: NotificationsOptions['getToken'];
  declare getTicket?: NotificationsOptions['getTicket'];
  /** Further options of the client. */
  declare options?: Partial<NotificationsOptions>;
  /** A client the page has made: the page starts and stops it. */
  declare client?: NotificationsClient;
  /** `off`: no toasts. */
  declare toasts?: string;
  /** `unread`: the badge counts what is unread. Otherwise what came since the panel was last open. */
  declare badge?: string;
  /** Whether there is a sound until the user chooses. */
  declare sound?: boolean;
  /** URL of the image in desktop notifications. */
  declare icon?: string;
  /**
   * Where the site serves `carillon/client/service-worker`: the settings then offer push while the page is closed.
   * Needs `apiUrl`.
   */
  declare serviceWorker?: string;
  /** Icons and colours of the page's own types. */
  declare types?: Record<string, TypeLook>;
  /** Where a notification leads, instead of its payload's `url`, `link` or `deep_link`. */
  declare linkOf?: (notification: Notification) => string | undefined;

  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #popup = popup({
    find: (selector) => this.#root.querySelector(selector),
    onChange: () => {
      this.#model?.toggled();
      // Before the browser shows the panel, so that it is never empty.
      this.#draw();
    },
    onShown: () => this.#focusRow(0),
    onWanted: () => this.#load(),
  });
  readonly #host = hostOf(this, this.#popup);
  #own?: NotificationsClient;
  #model?: BellModel;
  #surfaces?: typeof import('./surfaces.ts');
  #surfacesLoad?: Promise<void>;
  #isPlanned = false;
  #ticker?: ReturnType<typeof setTimeout>;

  open(): void {
    this.#popup.open();
  }
  close(): void {
    this.#popup.close();
  }

  connectedCallback(): void {
    adoptProperties(this, [...OF_CLIENT, ...OF_LOOKS]);
    if (this.#root.adoptedStyleSheets.length === 0) this.#style(baseStyles);
    this.#draw();
    // Panel and toasts come after the bell, and before someone opens it without a network.
    setTimeout(() => this.#load());
    this.update();
  }
  disconnectedCallback(): void {
    this.#popup.stop();
    this.#detach();
    clearTimeout(this.#ticker);
  }
  attributeChangedCallback(name: string, _before: string | null, value: string | null): void {
    const own = this as unknown as Record<string, unknown>;
    own[ATTRIBUTES[name]!] = name === 'sound' ? value !== null : (value ?? undefined);
  }
  /** @internal */
  propertyChanged(name: string): void {
    if (OF_CLIENT.includes(name)) this.#detach();
    this.update();
  }

  /** Draws in the next frame: once, however many notifications arrive before it. */
  update(): void {
    if (this.#isPlanned || !this.isConnected) return;
    this.#isPlanned = true;
    const plan = document.hidden || !this.#model ? queueMicrotask : requestAnimationFrame;
    plan(() => {
      this.#isPlanned = false;
      if (!this.isConnected) return;
      this.#attach();
      this.#draw();
    });
  }

  #style(css: string): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.#root.adoptedStyleSheets.push(sheet);
  }
  #load(): void {
    this.#surfacesLoad ??= import('./surfaces.ts').then(
      (surfaces) => {
        this.#surfaces = surfaces;
        this.#style(surfaces.css);
        this.#draw();
        this.#popup.loaded();
      },
      // No network: the next one to open it tries again.
      () => {
        this.#surfacesLoad = undefined;
      },
    );
  }

  #attach(): void {
    if (this.#model) return;
    const { client, apiUrl, userId, orgId, getToken, getTicket, options } = this;
    if (!client && apiUrl === undefined) return;
    if (!client) {
      const given = { ...options, apiUrl: apiUrl!, userId, getToken, getTicket };
      this.#own = createNotifications(orgId ? { ...given, orgId } : given);
    }
    this.#model = bellModel(client ?? this.#own!, this.#host);
    this.#own?.start();
  }
  #detach(): void {
    this.#model?.stop();
    this.#own?.stop();
    this.#model = this.#own = undefined;
  }

  #draw(): void {
    // What has the focus may be gone afterwards: of a row, the one in its place gets it, and else the tab.
    const focused = this.#root.activeElement;
    const id = idOfRow(focused);
    const row = id === undefined ? -1 : rowControls(this.#root).findIndex((control) => idOfRow(control) === id);
    render(this.#template(), this.#root);
    if (focused && !this.#root.activeElement && this.#popup.isOpen) this.#focusRow(row);
    const stack = this.#root.querySelector<HTMLElement>('.toasts[popover]');
    if (stack) {
      this.#popup.place();
      stack.togglePopover(stack.childElementCount > 0);
    }
  }

  #template(): TemplateResult {
    const model = this.#model;
    if (!model) return restingBell();
    const view = model.view();
    const { handle } = this.#popup;
    this.#tick(view);
    return html`${bellButton(view)}${this.#surfaces?.surfaces(view, model, handle)}`;
  }

  /** One timer for everything on screen that counts or ages. */
  #tick({ isOpen, removals, state }: BellView): void {
    clearTimeout(this.#ticker);
    if (!isOpen) return;
    const counts = removals.length > 0 || state.connection.nextRetryAt !== null;
    this.#ticker = setTimeout(() => this.update(), counts ? SECOND_MS : TIMES_EVERY_MS);
  }

  /** The row, or the last one; without rows, and for none of them, the tab. */
  #focusRow(index: number): void {
    const controls = index < 0 ? [] : rowControls(this.#root);
    const tab = this.#root.querySelector<HTMLElement>('[role=tab][tabindex="0"]');
    (controls[index] ?? controls.at(-1) ?? tab)?.focus();
  }
}

/** What the model sees of the element. */
function hostOf(bell: NotificationBell, panelPopup: Popup): BellHost {
  return {
    element: bell,
    popup: panelPopup,
    get lang() {
      return bell.closest<HTMLElement>('[lang]')?.lang || document.documentElement.lang || 'en';
    },
    update: () => bell.update(),
    find: (selector) => bell.shadowRoot!.querySelector<HTMLElement>(selector),
  };
}

export type { TypeLook } from './type-looks.ts';

declare global {
  interface HTMLElementTagNameMap {
    'notification-bell': NotificationBell;
  }
}

addProperties(NotificationBell, [...OF_CLIENT, ...OF_LOOKS], function (name) {
  (this as NotificationBell).propertyChanged(name);
});
// On a page two copies of this module may meet.
if (globalThis.customElements && !customElements.get('notification-bell')) {
  customElements.define('notification-bell', NotificationBell);
}
