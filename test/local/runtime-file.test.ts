import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRuntimeFile, removeRuntimeFile, writeRuntimeFile } from '../../local/runtime-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-runtime-'));
  file = join(folder, 'below', 'runtime.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const outputs = { http_url: 'http://127.0.0.1:4281' };
const writtenBy = (pid: number, started_at = new Date().toISOString()) => {
  const text = JSON.stringify({ pid, started_at, outputs });
  mkdirSync(join(folder, 'below', 'runtimes'), { recursive: true });
  writeFileSync(file, text);
  writeFileSync(join(folder, 'below', 'runtimes', `${pid}.json`), text);
};
const deadPid = () => spawnSync(process.execPath, ['--version']).pid;

describe('the runtime file', () => {
  it('gives the outputs of the runtime that wrote it, until it removes it', () => {
    expect(readRuntimeFile(file)).toBeUndefined();
    writeRuntimeFile(outputs, file);
    expect(readRuntimeFile(file)).toMatchObject({ pid: process.pid, outputs });
    removeRuntimeFile(file);
    expect(existsSync(file)).toBe(false);
  });

  it('can be read by its owner only, because it holds credentials', () => {
    writeRuntimeFile(outputs, file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('of a runtime that was killed gives nothing', () => {
    writeRuntimeFile(outputs, file);
    removeRuntimeFile(file);
    writtenBy(deadPid());
    expect(readRuntimeFile(file)).toBeUndefined();
  });

  it('gives the runtime that still runs when the one started later stops or is killed', () => {
    writtenBy(process.ppid, '2026-01-01T00:00:00.000Z');
    writeRuntimeFile(outputs, file);
    expect(readRuntimeFile(file)?.pid).toBe(process.pid);
    removeRuntimeFile(file);
    expect(readRuntimeFile(file)?.pid).toBe(process.ppid);
    writtenBy(deadPid());
    expect(readRuntimeFile(file)?.pid).toBe(process.ppid);
  });

  it('of a runtime started later is not removed by the one that stops', () => {
    writeRuntimeFile(outputs, file);
    writtenBy(process.ppid);
    removeRuntimeFile(file);
    expect(readRuntimeFile(file)?.pid).toBe(process.ppid);
  });
});
