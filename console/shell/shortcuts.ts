// Keys of the console. Single keys work outside fields only, and can be switched off (WCAG 2.1.4).
import { store } from '../state/console-state.ts';
import { goTo, type PageName } from '../state/route.ts';
import { advanceToNextDue, openSend } from './top-bar.tsx';

export const SHORTCUTS: readonly (readonly [keys: string, what: string])[] = [
  ['/', 'Search'],
  ['S', 'Send a notification'],
  ['J K', 'Next and previous notification'],
  ['Enter', 'Open the notification'],
  ['Esc', 'Go back, or close'],
  ['G L', 'Live'],
  ['G N', 'Notifications'],
  ['G U', 'Users'],
  ['G P', 'Phones'],
  ['G S', 'Scheduled'],
  ['G Q', 'Queues'],
  ['P', 'Pause the feed'],
  ['.', 'Move the clock to what is next due'],
  ['F6', 'Next column'],
  ['Ctrl Enter', 'Send, in the drawer'],
  ['?', 'This list'],
];

const PAGE_OF: Record<string, PageName> = {
  l: 'live',
  n: 'notifications',
  u: 'users',
  p: 'phones',
  s: 'scheduled',
  q: 'queues',
  d: 'data',
  f: 'faults',
};
/** How long G waits for its second key (our choice). */
const CHORD_MS = 1_500;

let chordAtMs = Number.NEGATIVE_INFINITY;

export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.key === 'F6') return moveColumn(event);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector('dialog[open]') || !store.get().areShortcutsOn) return;
    const run = actionOf(event.key);
    if (!run) return;
    event.preventDefault();
    run();
  });
}

function actionOf(key: string): (() => void) | undefined {
  const page = PAGE_OF[key.toLowerCase()];
  if (performance.now() - chordAtMs < CHORD_MS) {
    chordAtMs = Number.NEGATIVE_INFINITY;
    return page && (() => goTo(page));
  }
  switch (key) {
    case '/':
      return () => document.getElementById('search')?.focus();
    case 's':
    case 'S':
      return openSend;
    case 'g':
    case 'G':
      return () => {
        chordAtMs = performance.now();
      };
    case 'p':
    case 'P':
      return () => store.set({ isPaused: !store.get().isPaused });
    case '.':
      return () => void advanceToNextDue().catch(() => undefined);
    case '?':
      return () => store.set({ isHelpOpen: true });
    default:
      return undefined;
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** The first control of the next column; a column without one takes the focus itself. */
function moveColumn(event: KeyboardEvent): void {
  const columns = [...document.querySelectorAll<HTMLElement>('[data-column]')].filter(
    ({ offsetParent }) => offsetParent,
  );
  if (columns.length === 0) return;
  event.preventDefault();
  const at = columns.findIndex((column) => column.contains(document.activeElement));
  const step = event.shiftKey ? columns.length - 1 : 1;
  const next = columns[(Math.max(at, event.shiftKey ? 0 : -1) + step) % columns.length]!;
  const first = next.querySelector<HTMLElement>(
    'a[href]:not([tabindex="-1"]), button:not(:disabled), input, [tabindex="0"]',
  );
  (first ?? next).focus();
}
