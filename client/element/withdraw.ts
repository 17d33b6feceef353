// What was read or removed, here or on another device, needs no toast and no desktop notification any more.
import type { Notification } from '../core/notifications-client.ts';
import { desktopShown } from './desktop-notification.ts';
import type { BellView } from './view.ts';

export function withdraw({ toasts, state, act }: BellView): void {
  for (const { id } of toasts) if (isDealtWith(id, state.notifications)) act.dismissToast(id);
  for (const shown of desktopShown) if (isDealtWith(shown.tag, state.notifications)) shown.close();
}

/** What is older than the list's last may merely have left its part that is kept. */
const isDealtWith = (id: string, list: readonly Notification[]): boolean =>
  list.find((one) => one.id === id)?.is_read ?? id > (list.at(-1)?.id ?? '');
