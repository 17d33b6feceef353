// What every memory port is built on: tables, queues, sockets, phones and schedules in memory, and the way every call
// takes.
import type { Clock } from '../../../lambdas/domain/model/ports.ts';
import { createSockets, type MemorySockets } from './gateway.ts';
import { createQueue, type MemoryQueue } from './queue.ts';
import { createRows, type Rows } from './rows.ts';
import { createSchedules, type MemorySchedules } from './schedules.ts';
import { createSns, type MemorySns } from './sns.ts';

/**
 * One call that leaves the function: `apply` is what the service does at one moment. A caller that wants faults delays
 * it, refuses it, applies it twice or never answers.
 */
export type Call = <Result>(operation: string, apply: () => Result) => Promise<Result>;

export interface Memory {
  clock: Clock;
  call: Call;
  /** How old the data of an eventually consistent read is. */
  staleMs(): number;
  /** Lets time pass inside a function. */
  wait(milliseconds: number): Promise<void>;
  /** Rows of one kind, made when first asked for. */
  table<Row extends object>(name: string): Rows<Row>;
  /** Empties every table. */
  clearTables(): void;
  /** Every row of a partition, whatever its kind, for tests that compare all there is. */
  rowsOf(partition: string): Record<string, object[]>;
  queues: Record<'dispatch' | 'fanout' | 'rejected' | 'deadLetters', MemoryQueue>;
  sockets: MemorySockets;
  sns: MemorySns;
  schedules: MemorySchedules;
}

export function createMemory(clock: Clock): Memory {
  const tables = new Map<string, Rows<never>>();
  const queues = {
    dispatch: createQueue(clock),
    fanout: createQueue(clock),
    rejected: createQueue(clock),
    deadLetters: createQueue(clock),
  };
  return {
    clock,
    call: async (_operation, apply) => apply(),
    staleMs: () => 0,
    wait: async () => undefined,
    table<Row extends object>(name: string): Rows<Row> {
      let rows = tables.get(name);
      if (!rows) {
        rows = createRows<never>(clock);
        tables.set(name, rows);
      }
      return rows as unknown as Rows<Row>;
    },
    clearTables() {
      for (const rows of tables.values()) rows.clear();
    },
    rowsOf: (partition) =>
      Object.fromEntries([...tables].map(([name, rows]) => [name, rows.range(partition).rows.map(([, row]) => row)])),
    queues,
    sockets: createSockets(),
    sns: createSns((body) => queues.dispatch.send(body)),
    schedules: createSchedules(clock),
  };
}

/** Rows outlive their end until DynamoDB removes them, which takes up to days; reads leave them out. */
export function isAlive(row: { ttlSeconds?: number | undefined }, nowMs: number): boolean {
  return row.ttlSeconds === undefined || row.ttlSeconds * 1000 > nowMs;
}

/** A notification may have an end of its own, to the millisecond where a row's has whole seconds. */
export function isShown(row: StoredRow & { expires_at?: string }, nowMs: number): boolean {
  if (row.recalled_at !== undefined || row.recalls !== undefined) return false;
  return isNotification(row, nowMs) && (row.expires_at === undefined || Date.parse(row.expires_at) > nowMs);
}

interface StoredRow {
  ttlSeconds?: number | undefined;
  /** The id was given up by a request that was filed later. */
  filed_at_ms?: number;
  recalled_at?: string;
  recalls?: string;
}

export const isNotification = (row: StoredRow, nowMs: number): boolean =>
  row.filed_at_ms === undefined && isAlive(row, nowMs);
