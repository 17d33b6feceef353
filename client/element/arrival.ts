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
  hasToasts: boolean;
  isOpen: boolean;
  icon?: string;
  onDesktopClick(notification: Notification): void;
}

export function arrive({ notification, alert }: ArrivedNotification, parts: ArrivalParts): void {
  const isCritical = notification.priority === 'critical';
  // The open list shows it already, and a hidden page would show it to nobody. A critical one waits for someone.
  if (parts.hasToasts && (isCritical || !(parts.isOpen || document.hidden))) parts.toasts.add(notification);
  // A critical toast is an alert, which is spoken by itself.
  if (!isCritical || !parts.hasToasts) parts.announcer.arrived(notification.title);
  if (!alert) return;
  if (parts.settings.sound) chime();
  if (parts.settings.desktop && !document.hasFocus()) {
    showDesktop(notification, parts.icon, () => parts.onDesktopClick(notification));
  }
}
