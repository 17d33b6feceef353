// The operating system's notification, shown while the page is in the background.
import type { Notification as Item } from '../../protocol/notification.ts';

/** `unavailable` on pages without HTTPS and on systems without notifications. */
export type DesktopPermission = NotificationPermission | 'unavailable';

export function desktopPermission(): DesktopPermission {
  return typeof Notification === 'undefined' || !isSecureContext ? 'unavailable' : Notification.permission;
}

/** Browsers show the question only in answer to a click. */
export async function askPermission(): Promise<boolean> {
  return desktopPermission() !== 'unavailable' && (await Notification.requestPermission()) === 'granted';
}

/** Those of this page that are on screen. */
export const desktopShown = new Set<Notification>();

export function showDesktop(item: Item, icon: string | undefined, onClick: () => void): void {
  if (desktopPermission() !== 'granted') return;
  try {
    // The tag replaces the same notification when another tab has shown it already.
    const shown = new Notification(item.title, { body: item.message, tag: item.id, ...(icon && { icon }) });
    desktopShown.add(shown);
    shown.onclose = () => desktopShown.delete(shown);
    shown.onclick = () => {
      window.focus();
      shown.close();
      onClick();
    };
  } catch {
    // Chrome on Android allows these only from a service worker. The toast and the badge remain.
  }
}
