// What is due when, on a logarithmic axis from now to a year; the table below says the same in words.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { WaitingItem } from '../../protocol/local/live-state.ts';
import { useNow } from '../state/use-now.ts';

const MINUTE_MS = 60_000;
const YEAR_MS = 365 * 24 * 60 * MINUTE_MS;
const MARKS: readonly (readonly [string, number])[] = [
  ['now', 0],
  ['1 min', MINUTE_MS],
  ['15 min', 15 * MINUTE_MS],
  ['1 h', 60 * MINUTE_MS],
  ['1 day', 24 * 60 * MINUTE_MS],
  ['1 year', YEAR_MS],
];
/** Our choice: more would cover one another. */
const SHOWN = 12;

export function TimeAxis({ items }: { items: WaitingItem[] }) {
  const now = useNow(1_000);
  return (
    <div class="axis" aria-hidden="true">
      {MARKS.map(([text, ms]) => (
        <Mark key={text} percent={percentAt(ms)} kind="tick" text={text} />
      ))}
      {items.slice(0, SHOWN).map((item) => (
        <Mark key={item.id} percent={percentAt(item.due_ms - now)} kind="due-item" text={item.title} />
      ))}
    </div>
  );
}

function percentAt(ms: number): number {
  const share = Math.log(1 + Math.max(0, ms) / 10_000) / Math.log(1 + YEAR_MS / 10_000);
  return 2 + 91 * Math.min(1, share);
}

function Mark({ percent, kind, text }: { percent: number; kind: string; text: string }) {
  const element = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    element.current!.style.left = `${percent}%`;
  }, [percent]);
  return (
    <span ref={element} class={kind}>
      <span>{text}</span>
    </span>
  );
}
