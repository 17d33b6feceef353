// Where the running stack is: `npm start` writes this file, the commands in bin/ read it.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RunningStack {
  pid: number;
  /** What GET /_local/outputs answers: URLs with their ports, credentials, names of queues. */
  outputs: Record<string, string>;
}

const FILE = fileURLToPath(new URL('../.carillon/runtime.json', import.meta.url));

/** Of several runtimes at once, the one started last is found; the others by their PORT. */
export function writeRuntimeFile(outputs: Record<string, string>, file = FILE): void {
  mkdirSync(dirname(file), { recursive: true });
  const written = `${file}.${process.pid}`;
  const running: RunningStack = { pid: process.pid, outputs };
  writeFileSync(written, `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 });
  renameSync(written, file);
}

/** Unless another runtime has written it since. */
export function removeRuntimeFile(file = FILE): void {
  if (read(file)?.pid === process.pid) rmSync(file, { force: true });
}

/** Undefined when nothing runs: a runtime that was killed leaves its file behind. */
export function readRuntimeFile(file = FILE): RunningStack | undefined {
  const running = read(file);
  return running && isAlive(running.pid) ? running : undefined;
}

function read(file: string): RunningStack | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunningStack;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, as another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
