// The rows of the list, as focus moves over them.

/** What can be focused in the list, one per row. */
const ROW = '.scroll :is(.title, .undo)';

export function rowControls(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(ROW)];
}

export function idOfRow(target: EventTarget | null): string | undefined {
  return (target as Element | null)?.closest?.<HTMLElement>('[data-id]')?.dataset.id;
}
