// What the page knows: the connection to the runtime, its state, the rows of the feed, and what the person chose.
import type { HistoryRow } from '../../protocol/local/history.ts';
import type { LiveState } from '../../protocol/local/live-state.ts';
import type { Draft } from '../send/draft.ts';
import { createStore, useStore } from './store.ts';

export type Link =
  | { kind: 'connecting' }
  | { kind: 'connected' }
  | { kind: 'reconnecting'; lastMs: number; tryAtMs: number };

export type Show = 'all' | 'problems' | 'waiting';

export interface ConsoleState {
  link: Link;
  live: LiveState | undefined;
  /** The runtime's clock minus this machine's. */
  skewMs: number;
  /** Newest first. */
  rows: HistoryRow[];
  /** Grows with every change of a row, by event id, so that an open timeline knows when to load again. */
  changes: ReadonlyMap<string, number>;
  areRowsLoaded: boolean;
  outputs: Record<string, string>;
  isPaused: boolean;
  show: Show;
  query: string;
  /** A sentence at the bottom edge, until it is closed. */
  notice: string | undefined;
  /** The form of the send drawer; undefined when it is closed. */
  sending: Draft | undefined;
  isHelpOpen: boolean;
  areShortcutsOn: boolean;
}

export const store = createStore<ConsoleState>({
  link: { kind: 'connecting' },
  live: undefined,
  skewMs: 0,
  rows: [],
  changes: new Map(),
  areRowsLoaded: false,
  outputs: {},
  isPaused: false,
  show: 'all',
  query: '',
  notice: undefined,
  sending: undefined,
  isHelpOpen: false,
  areShortcutsOn: localStorage.getItem('carillon.shortcuts') !== 'off',
});

export const useConsole = <Part>(select: (state: ConsoleState) => Part): Part => useStore(store, select);

/** Now, on the runtime's clock. */
export const nowMs = (): number => Date.now() + store.get().skewMs;
