// A long list of rows of one height: only those in view are in the document.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Our choice: enough that a fast scroll shows no gap. */
const EXTRA_ROWS = 6;

export function VirtualList<Item>({
  items,
  rowHeight,
  label,
  keyOf,
  render,
  scrollTo,
  onScroll,
}: {
  items: Item[];
  rowHeight: number;
  label: string;
  keyOf(item: Item): string;
  render(item: Item, index: number): ComponentChildren;
  /** Index of the row to bring into view when it changes. */
  scrollTo?: number;
  onScroll?(scrollTop: number): void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  useLayoutEffect(() => {
    const element = box.current!;
    const measure = () => setView((before) => ({ ...before, height: element.clientHeight }));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = box.current!;
    if (scrollTo === undefined || scrollTo < 0) return;
    const top = scrollTo * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
  }, [scrollTo, rowHeight]);
  const scrolled = () => {
    const { scrollTop } = box.current!;
    onScroll?.(scrollTop);
    setView((before) => ({ ...before, top: scrollTop }));
  };
  const first = Math.max(0, Math.floor(view.top / rowHeight) - EXTRA_ROWS);
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + EXTRA_ROWS);
  const spacer = useHeight(items.length * rowHeight);
  const offset = useOffset(first * rowHeight);
  return (
    <div class="virtual" ref={box} onScroll={scrolled}>
      <div ref={spacer} class="virtual-spacer">
        <ul ref={offset} class="virtual-rows" aria-label={label}>
          {items.slice(first, last).map((item, at) => (
            <li key={keyOf(item)} aria-setsize={items.length} aria-posinset={first + at + 1}>
              {render(item, first + at)}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** Set by script: the content security policy allows no style attributes. */
function useHeight(pixels: number) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    element.current!.style.height = `${pixels}px`;
  }, [pixels]);
  return element;
}

function useOffset(pixels: number) {
  const element = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    element.current!.style.transform = `translateY(${pixels}px)`;
  }, [pixels]);
  return element;
}
