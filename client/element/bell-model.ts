// What the user is looking at and may do, for one client: the state behind everything the bell draws.

import { dispatchDomEvents } from '../core/dom-events.ts';
import type { Notification, NotificationsClient, NotificationsError } from '../core/notifications-client.ts';
import { safeUrl } from '../core/safe-url.ts';
import { announcer } from './announcer.ts';
import { arrive, makeHeard } from './arrival.ts';
import { failureWords } from './failure-words.ts';
import { sayIn } from './language.ts';
import { lostSignal } from './lost-signal.ts';
import type { Popup } from './popup.ts';
import { removals } from './removals.ts';
import { rowList } from './rows.ts';
import { type BellSettings, readSettings } from './settings.ts';
import { toastQueue } from './toast-queue.ts';
import type { TypeLook } from './type-looks.ts';
import type { BellActions, BellView } from './view.ts';
import type { WebPushElement } from './web-push-switch.ts';

/** The element's properties about how notifications look and sound. */
export interface BellElement extends EventTarget, WebPushElement {
  toasts?: string;
  badge?: string;
  sound?: boolean;
  icon?: string;
  types?: Record<string, TypeLook>;
  linkOf?: (notification: Notification) => string | undefined;
}

/** What the element gives to its model. */
export interface BellHost {
  /** The texts and times are in this language. */
  readonly lang: string;
  readonly popup: Popup;
  readonly element: BellElement;
  update(): void;
  find(selector: string): HTMLElement | null;
}

export interface BellModel {
  /** What a screen reader says next. */
  readonly spoken: string;
  view(): BellView;
  /** The panel opened or closed. */
  toggled(): void;
  focused(id: string | undefined): void;
  undoLast(): void;
  stop(): void;
}

export function bellModel(client: NotificationsClient, host: BellHost): BellModel {
  const { update, popup, element } = host;
  const toasts = toastQueue(update);
  const removed = removals(update);
  const lost = lostSignal(update);
  const list = rowList();
  const speaker = announcer(
    () => sayIn(host.lang, update),
    (sentence) => {
      // The same sentence again would not be spoken.
      spoken = sentence === spoken ? `${sentence}\u00a0` : sentence;
      update();
    },
  );
  let settings: BellSettings = readSettings();
  let isInSettings = false;
  let failure: NotificationsError | undefined;
  let activeId: string | undefined;
  let spoken = '';

  const currentSettings = () => ({ ...settings, sound: settings.sound ?? element.sound });
  const linkOf = (notification: Notification) => {
    const { url, link, deep_link: deepLink } = notification.payload;
    return element.linkOf
      ? safeUrl(element.linkOf(notification))
      : (safeUrl(url) ?? safeUrl(link) ?? safeUrl(deepLink));
  };
  const heightOf = ({ id }: Notification) => host.find(`[data-id="${id}"]`)?.offsetHeight;
  /** For another try. */
  const snoozedUntil = new Map<string, Date>();
  const activate = (notification: Notification) => {
    const link = linkOf(notification);
    const detail = { notification, link };
    const click = new CustomEvent('notification:click', { detail, bubbles: true, composed: true, cancelable: true });
    const isFollowed = element.dispatchEvent(click);
    if (!notification.is_read) void client.markRead(notification.id);
    toasts.dismiss(notification.id);
    if (link) popup.close();
    return isFollowed;
  };
  const arrivalParts = () => ({
    toasts,
    announcer: speaker,
    settings: currentSettings(),
    element,
    popup,
    onDesktopClick(notification: Notification) {
      const link = linkOf(notification);
      if (activate(notification) && link) location.assign(link);
    },
  });
  const subscriptions = [
    dispatchDomEvents(client, { target: element }),
    client.on('notification', (arrival) => arrive(arrival, arrivalParts())),
    client.on('alert', ({ notification }) => makeHeard(notification, arrivalParts())),
    client.on('change', update),
    client.on('connection', lost.follow),
    client.on('error', (error) => {
      if (!failureWords(error)) return;
      failure = error;
      update();
    }),
  ];
  lost.follow(client.getState().connection);

  /** Whatever the user does next, the words about what failed before are out of date. */
  const fresh = <Args extends unknown[]>(run: (...args: Args) => unknown) => {
    return (...args: Args): void => {
      failure = undefined;
      void run(...args);
      update();
    };
  };
  const act: BellActions = {
    linkOf,
    activate,
    opened: fresh(({ id, is_read: isRead }) => {
      if (!isRead) void client.markRead(id);
      popup.close();
    }),
    toggleClaim: fresh(({ id }, isMine) => (isMine ? client.release(id) : client.claim(id))),
    toggleRead: fresh(({ id, is_read: isRead }) => (isRead ? client.markUnread(id) : client.markRead(id))),
    remove: fresh((notification) => removed.remove(client, notification, heightOf(notification))),
    snooze: fresh((notification, until) => {
      snoozedUntil.set(notification.id, until);
      removed.snooze(client, notification, until, heightOf(notification));
    }),
    markAllRead: fresh(client.markAllRead),
    clearAll: fresh(() => {
      const { notifications, hasMore } = client.getState();
      list.show(list.tab);
      removed.clear(client, hasMore ? undefined : notifications.length);
    }),
    loadMore: fresh(client.loadMore),
    retryNow: fresh(client.retryNow),
    tryAgain() {
      const { action, notificationId: id = '' } = failure!;
      const again =
        action === 'remove' ? () => client.remove(id) : action === 'clear' ? () => client.clear() : undefined;
      fresh(again ?? (() => client[action as 'snooze'](id, snoozedUntil.get(id)!)))();
    },
    show: fresh((tab) => {
      isInSettings = false;
      list.show(tab);
    }),
    showSettings: fresh(() => {
      isInSettings = !isInSettings;
    }),
    changeSettings: fresh((changed) => {
      settings = changed;
    }),
    toggle: (event) => popup.toggle(event),
    close: () => popup.close(),
    dismissToast: toasts.dismiss,
    pauseToasts: toasts.pause,
    hold(isHeld) {
      list.hold(isHeld);
      update();
    },
    releaseAbove() {
      list.release();
      host.find('.scroll')?.scrollTo(0, 0);
      update();
    },
  };

  return {
    get spoken() {
      return spoken;
    },
    view() {
      const state = client.getState();
      const { rows, above } = list.rows(
        state.notifications,
        removed.pending.flatMap(({ notification }) => notification ?? []),
      );
      const isShown = rows.some(({ notification }) => notification.id === activeId);
      return {
        state,
        say: sayIn(host.lang, update),
        lang: host.lang,
        nowMs: Date.now(),
        types: element.types,
        isLost: lost.isLost,
        isOpen: popup.isOpen,
        countsUnread: element.badge === 'unread',
        isSheet: popup.isSheet,
        isInSettings,
        settings: currentSettings(),
        element,
        tab: list.tab,
        rows,
        above,
        activeId: isShown ? activeId : rows[0]?.notification.id,
        removals: removed.pending,
        failure,
        toasts: toasts.shown,
        moreToasts: toasts.more,
        act,
      };
    },
    toggled() {
      isInSettings = false;
      failure = undefined;
      activeId = undefined;
      list.show(list.tab);
      // Once more when it closes: what came while it was open was seen as well.
      void client.markAllSeen?.();
      // What it announced can be read in the list now.
      if (popup.isOpen) for (const { id, priority } of toasts.shown) if (priority !== 'critical') toasts.dismiss(id);
      update();
    },
    focused(id) {
      if (id === undefined || id === activeId) return;
      activeId = id;
      update();
    },
    undoLast: removed.undoLast,
    stop() {
      for (const end of subscriptions) end();
      lost.stop();
      removed.forget();
      speaker.stop();
      toasts.clear();
    },
  };
}
