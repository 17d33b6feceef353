// What the runtime keeps beside the table with --data: messages, schedules, endpoints. A log of changes, read at the
// next start.

import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { AwsError } from './aws/aws-error.ts';
import { isObject } from './is-object.ts';

export type KeptKind =
  | 'clock'
  | 'event'
  | 'message'
  | 'receives'
  | 'schedule'
  | 'endpoint'
  | 'subscription'
  | KeptSecret;
/** Values that Secrets Manager would have made, and browsers with their keys. */
type KeptSecret = 'secret' | 'browser';

export interface KeptState {
  /** In the order they were set first. */
  entries<Value>(kind: KeptKind): [key: string, value: Value][];
  /**
   * Is in the file when it returns, so that a killed process loses nothing. Throws AwsError when the disk takes no
   * more.
   */
  set(kind: KeptKind, key: string, value: unknown): void;
  delete(kind: KeptKind, key: string): void;
  close(): void;
}

/** Without --data everything lives as long as the process. */
export const NOTHING_KEPT: KeptState = {
  entries: () => [],
  set: () => undefined,
  delete: () => undefined,
  close: () => undefined,
};

/** Our choices: the file is written anew when most of it is history. */
const REWRITE_OVER_BYTES = 16 * 1024 * 1024;
const REWRITE_FACTOR = 4;
/** A full disk fails every call: one line in this time says so. */
const SAID_AGAIN_AFTER_MS = 10_000;

type Line = [kind: KeptKind, key: string, value?: unknown];

/** One line of JSON for each change, `[kind, key, value]`; without a value it is a deletion. */
export function openKeptState(
  file: string,
  log: (line: string) => void,
  openAppending: (file: string) => number = (path) => openSync(path, 'a', 0o600),
): KeptState {
  const kept = readLines(file);
  let size = 0;
  let live = 0;
  let descriptor = rewrite();
  let isBroken = false;
  let saidMs = Number.NEGATIVE_INFINITY;

  function rewrite(): number {
    const whole = [...kept.values()].join('');
    writeFileSync(`${file}.new`, whole, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    size = Buffer.byteLength(whole);
    live = size;
    return openAppending(file);
  }

  /** A line that was cut ends at the next one's line break, and is ignored when the file is read. */
  const append = (line: string) => {
    const bytes = Buffer.from(isBroken ? `\n${line}` : line);
    isBroken = true;
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (performance.now() - saidMs > SAID_AGAIN_AFTER_MS) log(`${file} cannot be written: ${String(error)}`);
      saidMs = performance.now();
      throw new AwsError('InternalFailure', `The local runtime could not write to its disk: ${String(error)}`, 500);
    }
    isBroken = false;
    size += bytes.length;
    if (size < REWRITE_OVER_BYTES || size < REWRITE_FACTOR * live) return;
    closeSync(descriptor);
    descriptor = rewrite();
  };
  const keyOf = (kind: KeptKind, key: string) => `${kind} ${key}`;

  return {
    entries: <Value>(kind: KeptKind) =>
      [...kept.values()].flatMap((line): [string, Value][] => {
        const [ofKind, key, value] = parseLine(line)!;
        return ofKind === kind ? [[key, value as Value]] : [];
      }),
    set(kind, key, value) {
      const line = `${JSON.stringify([kind, key, value] satisfies Line)}\n`;
      live += line.length - (kept.get(keyOf(kind, key))?.length ?? 0);
      append(line);
      kept.set(keyOf(kind, key), line);
    },
    delete(kind, key) {
      const line = kept.get(keyOf(kind, key));
      if (line === undefined) return;
      append(`${JSON.stringify([kind, key] satisfies Line)}\n`);
      kept.delete(keyOf(kind, key));
      live -= line.length;
    },
    close: () => closeSync(descriptor),
  };
}

function readLines(file: string): Map<string, string> {
  const kept = new Map<string, string>();
  rmSync(`${file}.new`, { force: true });
  if (!existsSync(file)) return kept;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const parsed = parseLine(line);
    if (!parsed) continue;
    const [kind, key, value] = parsed;
    if (value === undefined) kept.delete(`${kind} ${key}`);
    else kept.set(`${kind} ${key}`, `${line}\n`);
  }
  return kept;
}

/** Undefined for the rest of a line that was cut when the process was killed or the disk was full. */
function parseLine(line: string): Line | undefined {
  try {
    const parsed: Line = JSON.parse(line, withBuffers);
    return Array.isArray(parsed) && typeof parsed[1] === 'string' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** As `JSON.stringify` writes a Buffer. */
function withBuffers(_key: string, value: unknown): unknown {
  return isObject(value) && value.type === 'Buffer' && Array.isArray(value.data) ? Buffer.from(value.data) : value;
}
