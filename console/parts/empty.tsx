// What a page shows while there is nothing to show: what would be here, and how to get it.
import type { ComponentChildren } from 'preact';

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
