// Sorted rows in memory, as the table keeps them: partitions of rows by key, and what an eventually consistent read may
// still see.
import type { Clock } from '../../../lambdas/domain/model/ports.ts';

/** Both bounds are exclusive; a bound left out leaves its side open. */
export interface RowRange {
  after?: string | undefined;
  before?: string | undefined;
  /** Rows looked at, as DynamoDB counts them. */
  limit?: number;
  isDescending?: boolean;
}

export interface RowPage<Row> {
  rows: [key: string, row: Readonly<Row>][];
  /** The limit was reached; whether another row follows is not known, as with DynamoDB's LastEvaluatedKey. */
  hasMore: boolean;
}

export interface Rows<Row> {
  /** `staleMs`: the row as it was that long ago. Rows are what is stored: callers get copies. */
  get(partition: string, key: string, staleMs?: number): Readonly<Row> | undefined;
  /** undefined deletes. */
  set(partition: string, key: string, row: Row | undefined): void;
  range(partition: string, range?: RowRange, staleMs?: number): RowPage<Row>;
  /** Rows in order, until `visit` gives false. */
  scan(partition: string, range: RowRange, staleMs: number, visit: (key: string, row: Readonly<Row>) => boolean): void;
  clear(): void;
  /** Called before each write. */
  onSet: (partition: string, key: string, row: Row | undefined) => void;
}

interface Version<Row> {
  row: Row | undefined;
  atMs: number;
  previous: Version<Row> | undefined;
}

interface Partition<Row> {
  keys: string[];
  versions: Map<string, Version<Row>>;
  /** Keys of deleted rows, oldest first: forgotten once no read can see them any more. */
  deleted: string[];
}

/** Our choice: an eventually consistent read is never older than this. */
const STALE_MAX_MS = 2_000;

export function createRows<Row extends object>(clock: Clock): Rows<Row> {
  const partitions = new Map<string, Partition<Row>>();

  const rows: Rows<Row> = {
    get(partition, key, staleMs = 0) {
      const version = partitions.get(partition)?.versions.get(key);
      const row = version && seenAt(version, clock.now() - staleMs, staleMs);
      return row;
    },

    set(name, key, row) {
      rows.onSet(name, key, row);
      let partition = partitions.get(name);
      if (!partition) {
        if (row === undefined) return;
        partition = { keys: [], versions: new Map(), deleted: [] };
        partitions.set(name, partition);
      }
      const nowMs = clock.now();
      const old = partition.versions.get(key);
      if (row === undefined && old?.row === undefined) return;
      if (old === undefined) insert(partition.keys, key);
      else if (old.atMs <= nowMs - STALE_MAX_MS) old.previous = undefined;
      partition.versions.set(key, { row: row && defined(row), atMs: nowMs, previous: old });
      if (row === undefined) partition.deleted.push(key);
      forgetDeleted(partition, nowMs - STALE_MAX_MS);
    },

    range(name, range = {}, staleMs = 0) {
      const { limit = Number.POSITIVE_INFINITY } = range;
      const found: [string, Readonly<Row>][] = [];
      rows.scan(name, range, staleMs, (key, row) => {
        found.push([key, row]);
        return found.length < limit;
      });
      return { rows: found, hasMore: found.length >= limit };
    },

    scan(name, { after, before, isDescending = false }, staleMs, visit) {
      const partition = partitions.get(name);
      if (!partition) return;
      const atMs = clock.now() - staleMs;
      const { keys, versions } = partition;
      const first = after === undefined ? 0 : firstIndexAfter(keys, after);
      const end = before === undefined ? keys.length : firstIndexFrom(keys, before);
      for (let step = 0; step < end - first; step++) {
        const key = keys[isDescending ? end - 1 - step : first + step]!;
        const row = seenAt(versions.get(key)!, atMs, staleMs);
        if (row && !visit(key, row)) return;
      }
    },

    clear: () => partitions.clear(),
    onSet: () => undefined,
  };
  return rows;
}

function seenAt<Row>(newest: Version<Row>, atMs: number, staleMs: number): Row | undefined {
  let version: Version<Row> | undefined = newest;
  if (staleMs > 0) while (version && version.atMs > atMs) version = version.previous;
  return version?.row;
}

/** The SDK removes attributes that are undefined. */
function defined<Row extends object>(row: Row): Row {
  const copy = { ...row };
  for (const name in copy) if (copy[name] === undefined) delete copy[name];
  return copy;
}

function forgetDeleted<Row>(partition: Partition<Row>, beforeMs: number): void {
  for (let key = partition.deleted[0]; key !== undefined; key = partition.deleted[0]) {
    const version = partition.versions.get(key);
    if (version && version.row === undefined && version.atMs > beforeMs) return;
    partition.deleted.shift();
    if (version?.row !== undefined || version === undefined) continue;
    partition.versions.delete(key);
    partition.keys.splice(firstIndexFrom(partition.keys, key), 1);
  }
}

function insert(keys: string[], key: string): void {
  if (keys.length === 0 || keys.at(-1)! < key) keys.push(key);
  else keys.splice(firstIndexFrom(keys, key), 0, key);
}

const firstIndexAfter = (keys: readonly string[], key: string): number => firstIndex(keys, (one) => one > key);
const firstIndexFrom = (keys: readonly string[], key: string): number => firstIndex(keys, (one) => one >= key);

function firstIndex(keys: readonly string[], holds: (key: string) => boolean): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(keys[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
