// Where the running stacks are: `npm start` writes these files, the commands in bin/ read them.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCode } from './error-code.ts';

export interface RunningStack {
  pid: number;
  /** ISO 8601. */
  started_at: string;
  /** What GET /_local/outputs answers: URLs with their ports, credentials, names of queues. */
  outputs: Record<string, string>;
}

const FILE = process.env.RUNTIME_FILE ?? fileURLToPath(new URL('../.carillon/runtime.json', import.meta.url));
/** Beside it, one file for each runtime: when the one started last stops, another is found. */
const FOLDER = 'runtimes';

/** Of several runtimes at once, the one started last is found; the others by their PORT. */
export function writeRuntimeFile(outputs: Record<string, string>, file = FILE): void {
  const running: RunningStack = { pid: process.pid, started_at: new Date().toISOString(), outputs };
  mkdirSync(folderOf(file), { recursive: true });
  writeWhole(ownFile(file), running);
  writeWhole(file, running);
}

/** Unless another runtime has written it since. */
export function removeRuntimeFile(file = FILE): void {
  rmSync(ownFile(file), { force: true });
  if (read(file)?.pid !== process.pid) return;
  const other = newestOf(file);
  if (other) writeWhole(file, other);
  else rmSync(file, { force: true });
}

/** Undefined when nothing runs: a runtime that was killed leaves its files behind. */
export function readRuntimeFile(file = FILE): RunningStack | undefined {
  const running = read(file);
  return running && isAlive(running.pid) ? running : newestOf(file);
}

const folderOf = (file: string): string => join(dirname(file), FOLDER);
const ownFile = (file: string): string => join(folderOf(file), `${process.pid}.json`);

/** The runtime started last that is alive; files of killed ones are deleted. */
function newestOf(file: string): RunningStack | undefined {
  let newest: RunningStack | undefined;
  for (const name of namesIn(folderOf(file))) {
    const path = join(folderOf(file), name);
    const one = read(path);
    if (one && !isAlive(one.pid)) rmSync(path, { force: true });
    else if (one && (!newest || one.started_at > newest.started_at)) newest = one;
  }
  return newest;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+\.json$/.test(name));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** A reader finds the old content or the new, and never half of one. */
function writeWhole(file: string, running: RunningStack): void {
  const written = `${file}.${process.pid}`;
  writeFileSync(written, `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 });
  renameSync(written, file);
}

function read(file: string): RunningStack | undefined {
  try {
    const running: RunningStack = JSON.parse(readFileSync(file, 'utf8'));
    return running;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, as another user.
    return errorCode(error) === 'EPERM';
  }
}
