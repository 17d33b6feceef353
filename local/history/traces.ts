// The latest events of the bus and an index of every id that belongs to one; old ones make room for new ones.
import type { Trace } from './trace.ts';

export interface Traces {
  add(trace: Trace): void;
  get(eventId: string): Trace | undefined;
  /** Newest first. */
  latest(limit: number): Trace[];
  /** Finds the trace by this key from now on: a message's id, a notification's, a schedule's name. */
  index(key: string, trace: Trace): void;
  find(key: string): Trace | undefined;
  /** Every trace one of whose ids occurs in the text, oldest first. */
  mentionedIn(text: string): Trace[];
  readonly size: number;
  /** Drops details of old traces while all together take more memory than is allowed. */
  trim(): void;
  clear(): void;
}

/** Our choices: what one looks back on, and what a developer's machine can spare. */
const TRACES_KEPT = 5_000;
const BYTES_KEPT = 32 * 1024 * 1024;
const KEYS_PER_TRACE = 2_000;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Beyond it a text holds other things than ids: rows of a page of an inbox, say. */
const SCANNED_CHARACTERS = 256 * 1024;

export function createTraces(kept = TRACES_KEPT, bytesKept = BYTES_KEPT): Traces {
  const traces = new Map<string, Trace>();
  const keys = new Map<string, Trace>();
  /** Traces whose details are dropped already, so that a trim does not start at the oldest each time. */
  let trimmed = new WeakSet<Trace>();

  const forget = (trace: Trace) => {
    traces.delete(trace.id);
    for (const key of trace.keys) if (keys.get(key) === trace) keys.delete(key);
  };
  const index = (key: string, trace: Trace) => {
    if (trace.keys.length >= KEYS_PER_TRACE || keys.get(key) === trace) return;
    keys.set(key, trace);
    trace.keys.push(key);
    trace.bytes += 120;
  };
  return {
    add(trace) {
      traces.set(trace.id, trace);
      index(trace.id, trace);
      if (traces.size > kept) forget(traces.values().next().value!);
    },
    get: (eventId) => traces.get(eventId),
    latest(limit) {
      const all = [...traces.values()];
      return all.slice(Math.max(0, all.length - limit)).reverse();
    },
    index,
    find: (key) => keys.get(key),
    mentionedIn(text) {
      const found = new Set<Trace>();
      for (const [id] of text.slice(0, SCANNED_CHARACTERS).matchAll(UUID)) {
        const trace = keys.get(id);
        if (trace) found.add(trace);
      }
      return [...found].sort((a, b) => a.order - b.order);
    },
    get size() {
      return traces.size;
    },
    trim() {
      let bytes = 0;
      for (const trace of traces.values()) bytes += trace.bytes;
      for (const trace of traces.values()) {
        if (bytes <= bytesKept) return;
        if (trimmed.has(trace) || trace.open.size > 0 || trace.running.size > 0) continue;
        bytes -= trace.bytes;
        trace.leftOut += trace.steps.length + trace.calls.length;
        Object.assign(trace, { steps: [], calls: [], detail: trace.detail.slice(0, 500), bytes: 2_500 });
        bytes += trace.bytes;
        trimmed.add(trace);
      }
    },
    clear() {
      traces.clear();
      keys.clear();
      trimmed = new WeakSet();
    },
  };
}
