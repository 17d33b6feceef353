// What the user is looking at and may do, for one client: the state behind everything the bell draws.
import type {
  ArrivedNotification,
  Notification,
  NotificationsClient,
  NotificationsError,
} from '../core/notifications-client.ts';
import { safeUrl } from '../core/safe-url.ts';
import { announcer } from './announcer.ts';
import { arrive } from './arrival.ts';
import { sayIn } from './language.ts';
import { lostSignal } from './lost-signal.ts';
import type { Popup } from './popup.ts';
import { removals } from './removals.ts';
import { rowList } from './rows.ts';
import { type BellSettings, readSettings } from './settings.ts';
import { failureWords } from './status-line.ts';
import { toastQueue } from './toast-queue.ts';
import type { TypeLook } from './type-looks.ts';
import type { BellActions, BellView } from './view.ts';

/** The element's properties about how notifications look and sound. */
export interface BellOptions {
  toasts?: string;
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
  readonly options: BellOptions;
  update(): void;
  /** Dispatches a DOM event. False when a listener prevented what would follow. */
  fire(name: string, detail: unknown): boolean;
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
  const { update, fire, popup, options } = host;
  const toasts = toastQueue(update);
  const removed = removals(update);
  const lost = lostSignal(update);
  const list = rowList();
  const speaker = announcer(
    () => sayIn(host.lang),
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

  const currentSettings = () => ({ ...settings, sound: settings.sound ?? options.sound });
  const linkOf = (notification: Notification) => {
    const { url, link, deep_link: deepLink } = notification.payload;
    return options.linkOf
      ? safeUrl(options.linkOf(notification))
      : (safeUrl(url) ?? safeUrl(link) ?? safeUrl(deepLink));
  };
  const activate = (notification: Notification) => {
    const link = linkOf(notification);
    const isFollowed = fire('notification:click', { notification, link });
    if (!notification.is_read) void client.markRead(notification.id);
    toasts.dismiss(notification.id);
    if (link) popup.close();
    return isFollowed;
  };
  const arrived = (arrival: ArrivedNotification) => {
    // A page that shows it in its own way prevents the toast, the sound and the rest.
    if (!fire('notification:received', arrival)) return;
    arrive(arrival, {
      toasts,
      announcer: speaker,
      settings: currentSettings(),
      hasToasts: options.toasts !== 'off',
      isOpen: popup.isOpen,
      icon: options.icon,
      onDesktopClick(notification) {
        const link = linkOf(notification);
        if (activate(notification) && link) location.assign(link);
      },
    });
  };
  const subscriptions = [
    client.on('notification', arrived),
    client.on('event', (frame) => fire('notification:event', frame)),
    client.on('change', (state) => {
      fire('notifications:changed', state);
      update();
    }),
    client.on('connection', (connection) => {
      lost.follow(connection);
      fire('notifications:connection', connection);
      update();
    }),
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
    toggleRead: fresh(({ id, is_read: isRead }) => (isRead ? client.markUnread(id) : client.markRead(id))),
    remove: fresh((notification) => {
      const row = host.find(`[data-id="${notification.id}"]`);
      removed.remove(client, notification, row?.offsetHeight);
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
      fresh(again ?? (() => client[action as 'markRead'](id)))();
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
        say: sayIn(host.lang),
        lang: host.lang,
        nowMs: Date.now(),
        types: options.types,
        isLost: lost.isLost,
        isOpen: popup.isOpen,
        isSheet: popup.isSheet,
        isInSettings,
        settings: currentSettings(),
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
