// What every part of the bell is drawn from, and what it may ask for.
import type { Notification, NotificationsError, NotificationsState } from '../core/notifications-client.ts';
import type { Say } from './language.ts';
import type { Removal } from './removals.ts';
import type { Row, Tab } from './rows.ts';
import type { BellSettings } from './settings.ts';
import type { TypeLook } from './type-looks.ts';
import type { WebPushElement } from './web-push-switch.ts';

export interface BellView {
  state: NotificationsState;
  say: Say;
  lang: string;
  nowMs: number;
  types?: Record<string, TypeLook>;
  /** The bell shows that it is offline: interruptions under three seconds it does not. */
  isLost: boolean;
  isOpen: boolean;
  /** The badge counts what is unread, not what is new. */
  countsUnread: boolean;
  /** Open as a sheet, on a narrow screen. */
  isSheet: boolean;
  isInSettings: boolean;
  settings: BellSettings;
  /** What the page says of push while it is closed. */
  element: WebPushElement;
  tab: Tab;
  rows: readonly Row[];
  above: number;
  /** The row that Tab leads to. */
  activeId?: string;
  removals: readonly Removal[];
  failure?: NotificationsError;
  toasts: readonly Notification[];
  moreToasts: number;
  act: BellActions;
}

export interface BellActions {
  linkOf(notification: Notification): string | undefined;
  /** A click on a notification. False: the page follows the link itself, or there is none. */
  activate(notification: Notification): boolean;
  /** A link in a notification was followed. */
  opened(notification: Notification): void;
  toggleRead(notification: Notification): void;
  remove(notification: Notification): void;
  /** Claims it, or gives it back. */
  toggleClaim(notification: Notification, isMine: boolean): void;
  snooze(notification: Notification, until: Date): void;
  markAllRead(): void;
  clearAll(): void;
  loadMore(): void;
  retryNow(): void;
  /** Repeats the action that failed. */
  tryAgain(): void;
  show(tab: Tab): void;
  showSettings(): void;
  changeSettings(settings: BellSettings): void;
  toggle(event: Event): void;
  close(): void;
  dismissToast(id: string): void;
  pauseToasts(isPaused: boolean): void;
  hold(isHeld: boolean): void;
  releaseAbove(): void;
}
