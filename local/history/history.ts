// The path of every event of the bus, recorded from what the runtime's parts report.
import type { Audience, HistoryDetail, HistoryLog, HistoryRow } from '../../protocol/local/history.ts';
import type { LogLine } from '../functions/function-logs.ts';
import type { HistoryDeps } from './history-deps.ts';
import { rowOf } from './outcome.ts';
import { recordCalls } from './record-calls.ts';
import { recordEvents } from './record-events.ts';
import { recordInvocations } from './record-invocations.ts';
import type { Recording } from './recording.ts';
import { safely } from './safely.ts';
import type { Taps } from './taps.ts';
import type { Trace } from './trace.ts';
import { type UnreadCounts, unreadCounts } from './unread-counts.ts';

export interface History extends Taps {
  /** Newest first. */
  rows(limit: number): HistoryRow[];
  row(eventId: string): HistoryRow | undefined;
  detail(eventId: string): HistoryDetail | undefined;
  /** The event a message, notification, schedule or push belongs to. */
  eventOf(key: string): HistoryRow | undefined;
  /** What the latest of the kind cost that reached its end; undefined when there was none. */
  latestCost(audience: Audience['kind']): number | undefined;
  log(line: LogLine): void;
  logs(limit: number): HistoryLog[];
  readonly logCount: number;
  unread: UnreadCounts;
  /** Calls back with the event whenever its row may have changed, and with nothing when something else happened. */
  onChange(callback: (eventId: string | undefined) => void): () => void;
  clear(): void;
}

/** Our choices. */
const LOGS_KEPT = 2_000;
const COSTS_LOOKED_THROUGH = 100;
const NOTIFICATION_IDS_SHOWN = 100;

export function createHistory(deps: HistoryDeps & { log(line: string): void }): History {
  const { traces, now } = deps;
  const callbacks = new Set<(eventId: string | undefined) => void>();
  const unread = unreadCounts();
  let logs: HistoryLog[] = [];
  let logCount = 0;
  const changed = (trace?: Trace) => {
    for (const callback of callbacks) callback(trace?.id);
  };
  const recording: Recording = { ...deps, unread, changed, running: new Map() };
  const rowIf = (trace: Trace | undefined) => trace && rowOf(trace, now());
  const taps: Taps = { ...recordEvents(recording), ...recordInvocations(recording), ...recordCalls(recording) };

  return {
    ...safely(taps, deps.log),
    rows: (limit) => traces.latest(limit).map((trace) => rowOf(trace, now())),
    row: (eventId) => rowIf(traces.get(eventId)),
    eventOf: (key) => rowIf(traces.find(key)),
    detail(eventId) {
      const trace = traces.get(eventId);
      if (!trace) return undefined;
      return {
        row: rowOf(trace, now()),
        detail: trace.detail,
        notification_ids: trace.notificationIds.slice(0, NOTIFICATION_IDS_SHOWN),
        steps: [...trace.steps].sort((a, b) => a.at_ms - b.at_ms),
        calls: trace.calls,
        logs: logs.filter(({ request_id: id }) => id !== null && trace.requestIds.has(id)),
        dollars: trace.dollars,
        left_out: trace.leftOut,
      };
    },
    latestCost(kind) {
      const isLike = (trace: Trace) => {
        const { outcome, audience } = rowOf(trace, now());
        return audience.kind === kind && (outcome === 'delivered' || outcome === 'pushed' || outcome === 'inbox');
      };
      return traces.latest(COSTS_LOOKED_THROUGH).find(isLike)?.dollars;
    },
    log({ function: name, requestId, line }) {
      logCount++;
      logs.push({ at_ms: now(), function: name, request_id: requestId ?? null, line });
      if (logs.length > 2 * LOGS_KEPT) logs = logs.slice(-LOGS_KEPT);
      changed();
    },
    logs: (limit) => logs.slice(-Math.min(limit, LOGS_KEPT)),
    get logCount() {
      return logCount;
    },
    unread,
    onChange(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    clear() {
      traces.clear();
      unread.clear();
      logs = [];
      changed();
    },
  };
}
