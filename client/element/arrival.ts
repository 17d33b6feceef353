// What happens when a notification arrives: toast, sentence for screen readers, sound, desktop notification.
import type { ArrivedNotification, Notification } from '../core/notifications-client.ts';
import type { Announcer } from './announcer.ts';
import { chime } from './chime.ts';
import { showDesktop } from './desktop-notification.ts';
import type { BellSettings } from './settings.ts';
import type { ToastQueue } from './toast-queue.ts';

export interface ArrivalParts {
  toasts: ToastQueue;
  announcer: Announcer;
  settings: BellSettings;
  element: { toasts?: string; icon?: string };
  popup: { readonly isOpen: boolean };
  onDesktopClick(notification: Notification): void;
}

export function arrive({ notification, alert }: ArrivedNotification, parts: ArrivalParts): void {
  const hasToasts = parts.element.toasts !== 'off';
  const isCritical = notification.priority === 'critical';
  // The open list shows it already, and a hidden page would show it to nobody. A critical one waits for someone.
  if (hasToasts && (isCritical || !(parts.popup.isOpen || document.hidden))) parts.toasts.add(notification);
  // A critical toast is an alert, which is spoken by itself.
  if (!isCritical || !hasToasts) parts.announcer.arrived(notification.title);
  if (alert) makeHeard(notification, parts);
}

/** At the one page that alerts. */
export function makeHeard(
  notification: Notification,
  { settings, element, onDesktopClick }: Pick<ArrivalParts, 'settings' | 'element' | 'onDesktopClick'>,
): void {
  if (settings.sound) chime();
  if (settings.desktop && !document.hasFocus())
    showDesktop(notification, element.icon, () => onDesktopClick(notification));
}
