// Follows the runtime by its event stream; connects again by itself, and says so.
import type { HistoryRow } from '../../protocol/local/history.ts';
import type { LiveState } from '../../protocol/local/live-state.ts';
import { callRuntime } from './call-runtime.ts';
import { store } from './console-state.ts';
import { mergeRows } from './merge-rows.ts';

/** Our choices: soon at first, and never so seldom that one waits for it. */
const WAITS_MS = [500, 1_000, 2_000, 4_000];
/** The runtime says something every 5 s at least. */
const SILENCE_MS = 12_000;

let source: EventSource | undefined;
let tries = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastMs = Date.now();

export function followRuntime(): void {
  addEventListener('online', tryNow);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && store.get().link.kind === 'reconnecting') tryNow();
  });
  setInterval(watchSilence, 2_000);
  open();
}

export function tryNow(): void {
  if (store.get().link.kind === 'connected') return;
  open();
}

function open(): void {
  clearTimeout(timer);
  source?.close();
  const opened = new EventSource('/_local/stream');
  source = opened;
  opened.addEventListener('open', () => {
    lastMs = Date.now();
    void loadAll(opened);
  });
  opened.addEventListener('state', (event) => {
    lastMs = Date.now();
    takeState(JSON.parse(event.data) as LiveState);
  });
  opened.addEventListener('rows', (event) => {
    lastMs = Date.now();
    takeRows(JSON.parse(event.data) as HistoryRow[]);
  });
  opened.addEventListener('error', () => {
    if (source === opened) lost();
  });
}

/** Rows that changed while they were loaded come again by the stream, so the order of the two does not matter. */
async function loadAll(opened: EventSource): Promise<void> {
  try {
    const [rows, outputs] = await Promise.all([
      callRuntime<HistoryRow[]>('GET', 'history'),
      callRuntime<Record<string, string>>('GET', 'outputs'),
    ]);
    if (source !== opened) return;
    tries = 0;
    store.set({ rows: mergeRows([], rows), outputs, areRowsLoaded: true, link: { kind: 'connected' } });
  } catch {
    if (source === opened) lost();
  }
}

function takeState(live: LiveState): void {
  const before = store.get().live;
  const hasRestarted = before !== undefined && before.run_id !== live.run_id;
  store.set({
    live,
    skewMs: live.now_ms - Date.now(),
    ...(hasRestarted && { notice: 'The runtime restarted. What happened before is not kept.' }),
  });
}

function takeRows(changed: HistoryRow[]): void {
  const { rows, changes } = store.get();
  const next = new Map(changes);
  for (const { id } of changed) next.set(id, (next.get(id) ?? 0) + 1);
  store.set({ rows: mergeRows(rows, changed), changes: next });
}

function lost(): void {
  source?.close();
  source = undefined;
  clearTimeout(timer);
  const waitMs = WAITS_MS[Math.min(tries, WAITS_MS.length - 1)]!;
  tries++;
  store.set({ link: { kind: 'reconnecting', lastMs, tryAtMs: Date.now() + waitMs } });
  timer = setTimeout(open, waitMs);
}

/** A stream whose other end is gone without a word, after a machine slept, reports no error. */
function watchSilence(): void {
  if (store.get().link.kind === 'connected' && Date.now() - lastMs > SILENCE_MS) lost();
}
