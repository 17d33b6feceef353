// What was read or removed, here or on another device, needs no toast and no desktop notification any more.
import { desktopShown } from './desktop-notification.ts';
import type { BellView } from './view.ts';

/** Ids that were in the list while something floated that shows them. */
const listed = new Set<string>();

export function withdraw({ toasts, state: { notifications }, act }: BellView): void {
  const oldest = notifications.at(-1)?.id ?? '';
  const isDealtWith = (id: string): boolean => {
    const item = notifications.find((one) => one.id === id);
    if (item) listed.add(id);
    // What is older than the list's last may merely have left its part that is kept.
    const isOver = item ? item.is_read : listed.has(id) && id > oldest;
    if (isOver) listed.delete(id);
    return isOver;
  };
  for (const { id } of toasts) if (isDealtWith(id)) act.dismissToast(id);
  for (const shown of desktopShown) if (isDealtWith(shown.tag)) shown.close();
}
