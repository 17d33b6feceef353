// The messages of a queue, by whether they can be received; hidden ones become visible when their time has come.
import type { Clock } from '../clock.ts';
import { fairOrder } from './fair-order.ts';
import type { KeptMessages } from './kept-messages.ts';
import type { StoredMessage } from './stored-message.ts';

export type MessageState = 'available' | 'delayed' | 'in flight';

export interface StoreEntry {
  message: StoredMessage;
  state: MessageState;
  visibleAtMs: number;
  receivedMs: number;
  /** Receives from this queue alone: what maxReceiveCount counts. */
  receives: number;
  /** Distinguishes the latest receive's handle from earlier ones. */
  nonce: string;
}

export interface MessageStore {
  /** In the order they became available. */
  readonly available: ReadonlySet<StoreEntry>;
  /** What a receive gets next, besides what it has already. */
  next(taken: ReadonlySet<StoreEntry>): StoreEntry | undefined;
  add(message: StoredMessage, delaySeconds: number): void;
  get(messageId: string): StoreEntry | undefined;
  hide(entry: StoreEntry, state: 'delayed' | 'in flight', untilMs: number): void;
  show(entry: StoreEntry): void;
  remove(entry: StoreEntry): void;
  clear(): void;
  count(state: MessageState): number;
  entries(): StoreEntry[];
  /** Drops what is older than the queue keeps. */
  forgetExpired(): void;
  isExpired(entry: StoreEntry): boolean;
}

/** `onShown` runs whenever messages may have become available. */
export function messageStore(
  clock: Clock,
  retentionSeconds: number,
  kept: KeptMessages | undefined,
  onShown: () => void,
): MessageStore {
  const entries = new Map<string, StoreEntry>();
  const available = new Set<StoreEntry>();
  const delayed = new Set<StoreEntry>();
  const inFlight = new Set<StoreEntry>();
  const order = fairOrder<StoreEntry>((entry) => entry.message);
  let wakeAtMs = Number.POSITIVE_INFINITY;
  let cancelWake = () => {};

  // One timer for the earliest moment, however many messages are hidden.
  const wakeAt = (dueMs: number) => {
    if (dueMs >= wakeAtMs) return;
    cancelWake();
    wakeAtMs = dueMs;
    cancelWake = clock.at(dueMs, () => {
      wakeAtMs = Number.POSITIVE_INFINITY;
      showDue();
      onShown();
    });
  };
  const showDue = () => {
    const now = clock.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const entry of [...delayed, ...inFlight]) {
      if (entry.visibleAtMs <= now) place(entry, 'available');
      else nextMs = Math.min(nextMs, entry.visibleAtMs);
    }
    if (nextMs < Number.POSITIVE_INFINITY) wakeAt(nextMs);
  };
  const takeOut = (entry: StoreEntry) => {
    if (inFlight.has(entry)) order.countInFlight(entry, -1);
    for (const set of [available, delayed, inFlight, order]) set.delete(entry);
  };
  const place = (entry: StoreEntry, state: MessageState) => {
    takeOut(entry);
    entry.state = state;
    (state === 'available' ? available : state === 'delayed' ? delayed : inFlight).add(entry);
    if (state === 'available') order.add(entry);
    if (state === 'in flight') order.countInFlight(entry, 1);
  };
  const hide: MessageStore['hide'] = (entry, state, untilMs) => {
    if (state === 'in flight') kept?.received(entry.message.messageId, entry.receives);
    place(entry, state);
    entry.visibleAtMs = untilMs;
    wakeAt(untilMs);
  };
  const remove = (entry: StoreEntry) => {
    kept?.remove(entry.message.messageId);
    entries.delete(entry.message.messageId);
    takeOut(entry);
  };
  const isExpired = ({ message }: StoreEntry) => clock.now() - message.sentMs >= retentionSeconds * 1000;

  const insert = (message: StoredMessage, visibleAtMs: number, receives: number) => {
    const entry: StoreEntry = { message, state: 'available', visibleAtMs: 0, receivedMs: 0, receives, nonce: '' };
    entries.set(message.messageId, entry);
    if (visibleAtMs > clock.now()) return hide(entry, 'delayed', visibleAtMs);
    place(entry, 'available');
  };
  for (const { message, visibleAtMs, receives } of kept?.all() ?? []) insert(message, visibleAtMs, receives);

  return {
    available,
    add(message, delaySeconds) {
      const visibleAtMs = delaySeconds > 0 ? clock.now() + delaySeconds * 1000 : 0;
      kept?.add(message, visibleAtMs);
      insert(message, visibleAtMs, 0);
      onShown();
    },
    next: (taken) => order.next(taken),
    get: (messageId) => entries.get(messageId),
    hide,
    show(entry) {
      place(entry, 'available');
      onShown();
    },
    remove,
    clear() {
      for (const entry of [...entries.values()]) remove(entry);
    },
    count: (state) => (state === 'available' ? available : state === 'delayed' ? delayed : inFlight).size,
    entries: () => [...entries.values()],
    forgetExpired() {
      for (const entry of [...entries.values()]) if (isExpired(entry)) remove(entry);
    },
    isExpired,
  };
}
