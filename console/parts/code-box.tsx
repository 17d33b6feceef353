// Code or JSON in a box that scrolls, so the keyboard can reach it.
import type { ComponentChildren } from 'preact';

export function CodeBox({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus
    <section class="code-box" aria-label={label} tabIndex={0}>
      <pre>{children}</pre>
    </section>
  );
}
