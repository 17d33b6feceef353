// The panel's keys: arrows, Home and End move, R reads, Delete removes, Z takes back, Left and Right change tabs.
import { idOfRow, rowControls } from './row-focus.ts';
import type { BellView } from './view.ts';

export function panelKey(event: KeyboardEvent, view: BellView, undoLast: () => void): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const panel = event.currentTarget as HTMLElement;
  const controls = rowControls(panel);
  const id = idOfRow(event.target);
  const here = controls.findIndex((control) => idOfRow(control) === id);
  const current = view.rows.find((row) => row.notification.id === id && !row.isGone)?.notification;
  const { act } = view;
  const move = (to: number) => controls[Math.max(0, Math.min(controls.length - 1, to))]?.focus();

  const keys: Record<string, () => void> = {
    ArrowDown: () => move(here + 1),
    ArrowUp: () => move(here - 1),
    Home: () => move(0),
    End: () => move(controls.length - 1),
    ArrowLeft: otherTab,
    ArrowRight: otherTab,
    r: () => current && act.toggleRead(current),
    Delete: () => current && act.remove(current),
    z: undoLast,
  };
  const run = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!run) return;
  event.preventDefault();
  run();

  // There are two tabs: either arrow leads to the other one, in either writing direction.
  function otherTab(): void {
    act.show(view.tab === 'all' ? 'unread' : 'all');
  }
}
